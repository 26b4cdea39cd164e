/**
 * Loads what is loaded when it is first needed, every family's sessions above all, before a test begins: an import takes real time, which a world with a clock of its own does not wait
 * for. To be imported for its effect.
 */
import { rocketProbe } from "../../lib/client/auto-protocol.ts";
import { packedReader } from "../../lib/packed/procedure.ts";
import { datagramSessions } from "../../lib/session/datagram/family.ts";
import { httpSessions } from "../../lib/session/http/family.ts";
import { rocketSessions } from "../../lib/session/rocket/family.ts";
import { headerSessions, thriftSessions } from "../../lib/session/thrift/family.ts";

await Promise.all(
  [packedReader, rocketProbe, httpSessions, datagramSessions, rocketSessions, thriftSessions, headerSessions].map(
    (part) => part.load(),
  ),
);
