/** How clients that speak HTTP/1 begin at a server, and the session that it leads to. */
import { httpOpenings as openings } from "../../framing/http/opening.ts";
import type { ServerOpening, ServerSetting } from "../family.ts";
import type { OpenContents } from "./content.ts";
import { HttpServerSession } from "./server-session.ts";
import { ThriftContent } from "./thrift-content.ts";

export function httpOpenings({ limits, reader }: ServerSetting): readonly ServerOpening[] {
  const contents: OpenContents = (host) => [new ThriftContent(host, { limits, reader })];
  return openings((connection, host) => new HttpServerSession(connection, host, limits.maxFrameBytes, contents));
}
