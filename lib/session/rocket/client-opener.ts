/** What opens a client's sessions of Rocket. */
import { Connection } from "../../connection/connection.ts";
import type { ClientSetting } from "../family.ts";
import type { OpenSession } from "../session.ts";
import { RocketClientSession, type RocketSpeech } from "./client-session.ts";
import { Desks } from "./desk.ts";

export function opener(setting: ClientSetting, speech: RocketSpeech): OpenSession {
  const { platform, limits, connectionLimits, connectTimeoutMs, reader } = setting;
  const options = { ...speech, limits, helloTimeoutMs: connectTimeoutMs, desks: new Desks(limits, reader) };
  return (transport, owner) =>
    new RocketClientSession(new Connection(transport, "client", platform, connectionLimits), owner, options);
}
