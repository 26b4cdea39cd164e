/** npm beside ours, both ways, in all combinations; see docs/interop.md. */
import t from "tap";
import { npm } from "./peer.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(t, npm, { concurrent: true });
