/** cpp beside ours, both ways, in all combinations; see docs/interop.md. */
import t from "tap";
import { cpp } from "./peer.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(t, cpp, { concurrent: false });
