/** Texts of the IDL (doc comments, values, annotations) stay texts in the TypeScript that is made of it. */
import { transformSync } from "esbuild";
import t from "tap";
import { generate } from "../../../idl/typescript/generator.ts";
import { load } from "../../helpers/idl.ts";

/** Each would run if it left the literal or the comment that it belongs in. */
const ATTACKS = [
  "*/ attack(); /*",
  "* / attack(); //",
  "\\u002a/ attack(); /*",
  "\u2028attack();//",
  "`); attack(); (`",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on a template literal
  "${attack()}",
  "</script><script>attack()</script>",
  "'); attack(); ('",
  "\\\\'); attack(); //",
];

/** The code that is left when comments and literals are taken away. */
function bareCode(text: string): string {
  const { code } = transformSync(text, { loader: "ts", legalComments: "none", minifyWhitespace: true });
  return code.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`/gs, "TEXT");
}

function compiled(idl: string): string {
  const loaded = load(idl);
  if (loaded.hasErrors) return "";
  return generate(loaded.program)
    .map(({ text }) => text)
    .join("\n");
}

const PLACES: Readonly<Record<string, (attack: string) => string>> = {
  "a line comment": (attack) => `/// ${attack}\nstruct A { 1: i32 a }`,
  "a doc comment": (attack) =>
    `/** ${attack.replaceAll("*/", "* /")} */\nstruct A { /** ${attack.replaceAll("*/", "*")} */ 1: i32 a }`,
  "a hash comment": (attack) => `# ${attack}\nstruct A { 1: i32 a } # ${attack}`,
  "a constant": (attack) =>
    `const string C = ${JSON.stringify(attack)}\nconst map<string, string> M = {${JSON.stringify(attack)}: ${JSON.stringify(attack)}}`,
  "a default": (attack) =>
    `struct A { 1: string a = ${JSON.stringify(attack)}; 2: binary b = ${JSON.stringify(attack)} }`,
  "an annotation": (attack) =>
    `struct A { 1: i32 a (x = ${JSON.stringify(attack)}, deprecated = ${JSON.stringify(attack)}) } (y = ${JSON.stringify(attack)})\nservice S { void m() (z = ${JSON.stringify(attack)}) }`,
};

for (const [place, idl] of Object.entries(PLACES)) {
  t.test(`what stands in ${place} is not run`, async (t) => {
    const texts = ATTACKS.map((attack) => compiled(idl(attack))).filter((text) => text !== "");
    t.ok(texts.length > ATTACKS.length / 2, `${texts.length} of ${ATTACKS.length} are accepted`);
    for (const text of texts) t.notMatch(bareCode(text), /attack/);
  });
}

t.test("an attack that left its comment or literal would be seen", async (t) => {
  t.match(bareCode("/** */ attack(); /* */ const a = 1;"), /attack/);
  t.match(bareCode("const a = ''; attack(); ('');"), /attack/);
  t.notMatch(bareCode('/* attack() */ const a = "attack()";'), /attack/);
});

t.test("annotations and map keys named as JavaScript's own change no prototype", async (t) => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
  const text = compiled(
    `struct A { 1: i32 a (${names.map((name) => `${name} = "polluted"`).join(", ")}) }
     const map<string, string> M = {${names.map((name) => `"${name}": "polluted"`).join(", ")}}`,
  );
  t.match(text, /__proto__/);
  t.same(Object.keys(Object.prototype), []);
  t.equal(({} as { polluted?: unknown }).polluted, undefined);
  t.notMatch(text, /[{,]\s*"?__proto__"?\s*:/, "no literal sets a prototype");
});
