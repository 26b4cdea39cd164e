/** Apache's zlib transport beside Debian's Python: its client calls our server, ours calls its server; frames within, or none. */
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { Calculator, NoAnswer, Operation, type Work } from "../../examples/calculator/gen/calculator.ts";
import { createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import { serve } from "../../lib/server/server.ts";
import { tcp } from "../../lib/transport/tcp.ts";
import { root } from "../helpers/shared.ts";
import { skipFor } from "./suite.ts";

const PYTHON = "/usr/bin/python3";
const FRAMINGS = ["framed", "unframed"] as const;
const work = (operation: Operation, left: number, right: number, note?: string): Work => ({
  operation,
  left,
  right,
  ...(note !== undefined && { note }),
});

t.setTimeout(120_000);

t.test("zlib transport", async (t) => {
  const missing = [
    ...(spawnSync("thrift", ["--version"]).error ? ["thrift-compiler"] : []),
    ...(spawnSync(PYTHON, ["-c", "import thrift.transport.TZlibTransport"]).status === 0 ? [] : ["python3-thrift"]),
  ];
  if (missing.length > 0) return skipFor(t, "zlib", missing);
  const folder = mkdtempSync(join(tmpdir(), "scrimp-zlib-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  execFileSync("thrift", ["--gen", "py", "-o", folder, join(root, "examples/calculator/calculator.thrift")]);
  const program = ["-B", join(root, "test/interop/peers/python/zlib_calls.py"), folder];

  for (const framing of FRAMINGS) {
    await t.test(`Python calls us, ${framing} within zlib`, async (t) => {
      const lines: string[] = [];
      const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) =>
        r.add(Calculator, {
          calculate(sum) {
            if (sum.operation === Operation.DIVIDE) throw new NoAnswer({ message: "by nothing", work: sum });
            return BigInt(sum.left * sum.right);
          },
          journal: (last) =>
            new Map([
              [Operation.ADD, Array.from({ length: last }, (_, i) => work(Operation.ADD, i, i, "n".repeat(i)))],
            ]),
          remember: (line) => void lines.push(line),
        }),
      );
      t.teardown(() => server.close());
      const port = server.address.split(":").pop() as string;
      const { stdout } = await promisify(execFile)(PYTHON, [...program, framing, "client", port], { timeout: 60_000 });
      t.equal(stdout, `42\nby nothing\n${(499 * 500) / 2}\n`);
      t.same(lines, ["a line"]);
    });

    await t.test(`we call Python, ${framing} within zlib`, async (t) => {
      const child = spawn(PYTHON, [...program, framing, "server"], { stdio: ["pipe", "pipe", "inherit"] });
      t.teardown(() => child.kill());
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
        child.once("exit", (code) => reject(new Error(`server ended with ${code}`)));
      });
      const channel = connect(`127.0.0.1:${port}`, { protocol: framing, encoding: "binary", zlib: true });
      t.teardown(() => channel.close());
      const calculator = createClient(Calculator, channel);
      await calculator.remember("a line");
      t.equal(await calculator.calculate(work(Operation.MULTIPLY, 6, 7)), 42n);
      await t.rejects(calculator.calculate(work(Operation.DIVIDE, 6, 0)), { name: "NoAnswer", message: "by nothing" });
      const journal = await calculator.journal(500);
      t.equal(journal.get(Operation.ADD)?.[499]?.note, "n".repeat(499));
    });
  }
});
