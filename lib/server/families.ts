/** The protocol families that a server takes up, in the order in which their openings are tried. */
import { ConnectionError } from "../errors/errors.ts";
import { MAX_FRAME_BYTES } from "../framing/detect.ts";
import { foreignOpenings } from "../framing/foreign-openings.ts";
import { badOption } from "../options/options.ts";
import type { OpenServerSession, ServerFamily, ServerOpening, ServerSetting } from "../session/family.ts";
import { httpServer } from "../session/http/family.ts";
import { rocketServer } from "../session/rocket/family.ts";
import type { RocketLimits } from "../session/rocket/limits.ts";
import { oldThriftServer, thriftServer } from "../session/thrift/family.ts";

/** What is known and not spoken, so that a client that speaks it is told. */
const foreignServer: ServerFamily = {
  name: "foreign",
  openings: () => foreignOpenings(refusing),
};

function refusing(name: string): OpenServerSession {
  return () => {
    throw new ConnectionError("PROTOCOL_ERROR", `this looks like ${name}, which is not spoken here`, {
      delivery: "answered",
    });
  };
}

/** Ours, then `further` ones, then what may be mistaken for another. */
export function serverFamilies(
  further: readonly ServerFamily[],
  oldBinary: boolean,
): readonly ServerFamily<RocketLimits>[] {
  const last = oldBinary ? [foreignServer, oldThriftServer] : [foreignServer];
  return [thriftServer, rocketServer, httpServer, ...further, ...last];
}

/** The table of openings. Rejects with CONFIGURATION when limits would make them ambiguous. */
export async function openingsOf(
  families: readonly ServerFamily<RocketLimits>[],
  setting: ServerSetting<RocketLimits>,
): Promise<readonly ServerOpening[]> {
  const { maxFrameBytes } = setting.limits;
  if (maxFrameBytes >= MAX_FRAME_BYTES) throw badOption("maxFrameBytes", `less than ${MAX_FRAME_BYTES}`, maxFrameBytes);
  const rows = await Promise.all(families.map((family) => family.openings(setting)));
  return rows.flat();
}
