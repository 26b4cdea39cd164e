/** How clients of Rocket begin at a server, and the session that it leads to. */
import { rocketOpening } from "../../framing/rocket/opening.ts";
import type { ServerOpening, ServerSetting } from "../family.ts";
import { Desks } from "./desk.ts";
import type { RocketLimits } from "./limits.ts";
import { RocketServerSession } from "./server-session.ts";

export function rocketOpenings({ limits, reader }: ServerSetting<RocketLimits>): readonly ServerOpening[] {
  const link = { limits, rocketLimits: limits, desks: new Desks(limits, reader) };
  return [rocketOpening((connection, host) => new RocketServerSession(connection, host, link))];
}
