/**
 * Runs test files, as many at once as there are processors, and prints what they print as one run. It is `tap run` without the
 * import hooks that this puts into every file's process: they double a small file's time, and need the old compiler API.
 *
 * Usage: node dist/tools/dev/tap-run.js FILE...
 */
import { availableParallelism } from "node:os";
import t from "tap";

/** Long enough for a slow test on a busy machine; a test that hangs is ended. */
const TIMEOUT_MS = 180_000;

t.jobs = availableParallelism();
t.setTimeout(0);
for (const file of process.argv.slice(2)) {
  t.spawn(
    process.execPath,
    ["--enable-source-maps", file],
    { timeout: TIMEOUT_MS, buffered: true, stdio: ["ignore", "pipe", "inherit"] },
    file,
  );
}
