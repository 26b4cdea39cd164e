import t from "tap";
import { Output, type OutputOptions } from "../../tools/output.ts";

function create(options: Partial<OutputOptions> & { tty?: boolean } = {}): {
  output: Output;
  said: { out: string; err: string };
} {
  const said = { out: "", err: "" };
  const stderr = { write: (text: string) => (said.err += text), isTTY: options.tty ?? false, columns: 20 };
  const output = new Output({ stdout: { write: (text: string) => (said.out += text) }, stderr, ...options });
  return { output, said };
}

t.test("results go to stdout, words for people to stderr, and --quiet drops what is no error", async (t) => {
  const { output, said } = create();
  output.result("a\n");
  output.say("b");
  output.error("c");
  t.same(said, { out: "a\n", err: "b\nc\n" });
  const quiet = create({ quiet: true });
  quiet.output.say("b");
  quiet.output.error("c");
  t.equal(quiet.said.err, "c\n");
});

t.test("progress shows on a terminal only, never in a CI, and is wiped before anything else", async (t) => {
  for (const options of [{}, { tty: true, env: { CI: "true" } }, { tty: true, quiet: true }]) {
    const { output, said } = create(options);
    output.progress("1 of 2");
    t.equal(said.err, "");
  }
  const { output, said } = create({ tty: true });
  output.progress("a long line that does not fit");
  output.say("done");
  t.equal(said.err, "\r\x1b[Ka long line that do\r\x1b[Kdone\n");
});

t.test("colour follows the option, then NO_COLOR, FORCE_COLOR, TERM, then the terminal", async (t) => {
  const uses = (options: Parameters<typeof create>[0]): boolean => create(options).output.useColor;
  t.equal(uses({}), false);
  t.equal(uses({ tty: true }), true);
  t.equal(uses({ tty: true, env: { TERM: "dumb" } }), false);
  t.equal(uses({ env: { FORCE_COLOR: "1" } }), true);
  t.equal(uses({ tty: true, env: { NO_COLOR: "1", FORCE_COLOR: "1" } }), false);
  t.equal(uses({ tty: true, env: { NO_COLOR: "" } }), true);
  t.equal(uses({ env: { NO_COLOR: "1" }, color: "always" }), true);
  t.equal(uses({ tty: true, color: "never" }), false);
});
