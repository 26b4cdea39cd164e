/** python beside ours, both ways, in all combinations; see docs/interop.md. */
import t from "tap";
import { python } from "./peer.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(t, python, { concurrent: false });
