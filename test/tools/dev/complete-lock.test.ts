import t from "tap";
import { complete, type Lock } from "../../../tools/dev/complete-lock.ts";

t.test("adds the other platforms' packages that a lock lacks, once", async (t) => {
  const lock: Lock = {
    packages: {
      "": {},
      "node_modules/tool": {
        version: "2.0.0",
        dev: true,
        optionalDependencies: {
          "@tool/linux-x64-musl": "2.0.0",
          "@tool/win32-arm64": "2.0.0",
          "@tool/loose": "^2.0.0",
        },
      },
      "node_modules/tool/node_modules/@tool/win32-arm64": { version: "2.0.0" },
    },
  };
  t.same(complete(lock), ["@tool/linux-x64-musl@2.0.0"]);
  t.same(lock.packages["node_modules/@tool/linux-x64-musl"], {
    version: "2.0.0",
    cpu: ["x64"],
    dev: true,
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
  t.same(complete(lock), []);
});
