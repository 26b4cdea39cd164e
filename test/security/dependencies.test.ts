import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { root } from "../helpers/shared.ts";

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

t.test("no package that users install runs a script, but the optional one that docs/security.md names", async (t) => {
  const running = Object.entries(packages).filter(([, locked]) => locked.hasInstallScript && !locked.dev);
  t.same(
    running.map(([path, { optional }]) => [path, optional]),
    [["node_modules/msgpackr-extract", true]],
  );
});
