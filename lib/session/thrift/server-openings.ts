/** How clients of classic Thrift begin at a server, and the sessions that each beginning leads to. */
import { Connection } from "../../connection/connection.ts";
import { Tunnel } from "../../connection/tunnel.ts";
import { framed } from "../../framing/framed.ts";
import type { Framing } from "../../framing/framing.ts";
import { FramedHeaderFraming } from "../../framing/header/framed-header.ts";
import { HeaderFraming, TTHeaderFraming } from "../../framing/header/header-framing.ts";
import {
  classicOpenings,
  framedHeaderOpening,
  headerOpening,
  oldBinaryOpenings,
  ttheaderOpening,
  zlibOpening,
} from "../../framing/thrift-openings.ts";
import { unframed } from "../../framing/unframed.ts";
import { binary, binaryWith } from "../../protocol/binary.ts";
import { compact, compactFb } from "../../protocol/compact.ts";
import { json } from "../../protocol/json.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { zlib } from "../../transport/zlib.ts";
import type { OpenServerSession, ServerOpening, ServerSetting } from "../family.ts";
import { ThriftServerSession } from "./server-session.ts";

/** What a zlib stream takes in each direction, both together. */
const ZLIB_BYTES = 300 << 10;

const FRAMINGS = { framed, unframed };

export function thriftOpenings(setting: ServerSetting): readonly ServerOpening[] {
  const plain = [
    ...classicOpenings({ binary, compact, compactFb, json }, FRAMINGS, leading(setting)),
    headerOpening(framedAnew(setting, () => new HeaderFraming(undefined))),
  ];
  return [
    ...plain,
    zlibOpening(deflated(setting, plain)),
    framedHeaderOpening(framedAnew(setting, () => new FramedHeaderFraming())),
    ttheaderOpening(framedAnew(setting, () => new TTHeaderFraming())),
  ];
}

export function oldThriftOpenings(setting: ServerSetting): readonly ServerOpening[] {
  return oldBinaryOpenings(binaryWith({ strict: false }), FRAMINGS, leading(setting));
}

function leading(setting: ServerSetting): (framing: Framing, protocol: Protocol) => OpenServerSession {
  return (framing, protocol) => (connection, host) =>
    new ThriftServerSession(connection, host, { framing, protocol, ...setting });
}

/** With a framing that holds the state of one connection, and says what its messages are written in. */
function framedAnew(setting: ServerSetting, framing: () => Framing): OpenServerSession {
  return (connection, host) =>
    new ThriftServerSession(connection, host, { framing: framing(), protocol: binary, ...setting });
}

/** Apache's zlib transport: a connection within the connection, which begins anew with one of `openings`. */
function deflated({ limits }: ServerSetting, openings: readonly ServerOpening[]): OpenServerSession {
  return (connection, host) => {
    connection.count("zlib", ZLIB_BYTES);
    const transport = zlib(new Tunnel(connection, "zlib"));
    return host.greet(new Connection(transport, "server", connection.platform, limits, host.load.heldBytes), openings);
  };
}
