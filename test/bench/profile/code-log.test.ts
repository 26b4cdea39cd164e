import t from "tap";
import { parseCodeLog } from "../../../bench/profile/code-log.ts";
import { type CpuProfile, functionCosts, profileText } from "../../../bench/profile/report.ts";

const LOG = [
  "code-creation,JS,10,100,0x10,32,f file:///a/lib/x.js:1:11,0x1,~",
  "code-creation,JS,10,200,0x20,64,f file:///a/lib/x.js:1:11,0x1,*",
  "code-deopt,5000,64,0x20,-1,23,deopt-eager,<file:///a/lib/x.js:1:24>,wrong map",
].join("\n");

const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: { functionName: "(idle)", url: "", lineNumber: -1, columnNumber: -1 } },
    { id: 2, callFrame: { functionName: "f", url: "file:///a/lib/x.js", lineNumber: 0, columnNumber: 10 } },
  ],
  samples: [1, 2, 2],
  timeDeltas: [9000, 1000, 2000],
};

t.test("V8's log gives each function's tier and what was given up in it", (t) => {
  const log = parseCodeLog(LOG);
  t.equal(log.tiers.get("f file:///a/lib/x.js:1:11"), "optimised");
  t.match(log.deoptimisations, [{ functionKey: "f file:///a/lib/x.js:1:11", reason: "wrong map", atMs: 5 }]);
  t.end();
});

t.test("the report leaves idle time out and tells warm-up from the measured part", (t) => {
  t.match(functionCosts(PROFILE), [{ share: 1, selfMs: 3 }]);
  t.match(profileText("x", PROFILE, parseCodeLog(LOG), 10), /warm-up 5 ms: f .*wrong map/);
  t.match(profileText("x", PROFILE, parseCodeLog(LOG), 1), /MEASURED 5 ms: f .*wrong map/);
  t.end();
});
