// Calls a server in the combinations that standard input names, and says how each check went.
// Usage: client.cjs GENERATED_DIR CASES_FILE. Reads "binary framed plain tcp 41234" lines; prints, tab-separated,
// combination, check, "ok" or "not ok", detail; ends after "done".
"use strict";

const { randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");
const thrift = require("thrift");
const { Combination } = require("./combination.cjs");
const { constantsOf, load } = require("./words.cjs");

const [generated, casesPath] = process.argv.slice(2);
const { ttypes, words, types } = load(generated);
const Newer = require(`${generated}/gen-nodejs/Newer`);
const Second = require(`${generated}/gen-nodejs/Second`);
const { TApplicationException, TApplicationExceptionType } = thrift.Thrift;
const TIMEOUT_MS = Number(process.env.INTEROP_TIMEOUT_MS ?? 20_000);

/** Nothing if equal, else what differs. */
function differ(actual, expected) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  return a === e ? undefined : `expected ${e?.slice(0, 120)}, got ${a?.slice(0, 120)}`;
}

async function caught(kind, promise) {
  const result = await promise.catch((error) => error);
  if (!(result instanceof kind)) throw new Error(`expected ${kind.name}, got ${result}`);
  return result;
}

/** The checks of one combination. */
class Checks {
  constructor(combination) {
    this.combination = combination;
    this.connect();
  }

  connect() {
    this.connection = this.combination.open();
    this.broken = new Promise((_, reject) => this.connection.on("error", reject));
    this.broken.catch(() => {});
    if (this.combination.naming === "plain") {
      this.interop = thrift.createClient(Newer, this.connection);
      return;
    }
    const multiplexer = new thrift.Multiplexer();
    this.interop = multiplexer.createClient("Interop", Newer, this.connection);
    this.second = multiplexer.createClient("Second", Second, this.connection);
  }

  async check(name, run) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    });
    let problem;
    try {
      problem = await Promise.race([run(), late, this.broken]);
    } catch (error) {
      problem = `${error}`;
      this.connection.destroy();
      this.connect();
    }
    clearTimeout(timer);
    const detail = (problem ?? "").replace(/[\t\n]/g, " ").slice(0, 300);
    console.log(`${this.combination.name}\t${name}\t${problem ? "not ok" : "ok"}\t${detail}`);
  }

  async caseOf(name, caseName, text) {
    const type = types[name];
    const call = async (verb, argument) => this.interop[verb + name](argument);
    const value = () => words.parse(text, type);
    await this.check(`echo ${name} ${caseName}`, async () =>
      differ(words.describe(await call("echo", value()), type), text),
    );
    await this.check(`describe ${name} ${caseName}`, async () => differ(await call("describe", value()), text));
    await this.check(`parse ${name} ${caseName}`, async () =>
      differ(words.describe(await call("parse", text), type), text),
    );
  }

  async behaviour() {
    await this.check("a part of a struct is read", () => this.partOfStruct());
    await this.check("constants agree", () => this.constants());
    await this.check("void is void", async () => differ((await this.interop.nothing()) ?? null, null));
    await this.check("every argument arrives", async () =>
      differ(await this.interop.sum(1, 20, 300, 4_000_000_000, 50000, true, 600000), "4000650322"),
    );
    await this.check("a declared exception arrives", () => this.declared());
    await this.check("another declared exception arrives", () => this.other());
    await this.check("a void method fails as declared", () => this.failVoid());
    await this.check("an undeclared error is an application exception", () => this.undeclared());
    await this.check("an unknown method is an application exception", () => this.unknownMethod());
    await this.check("oneway does not answer", () => this.oneway());
    await this.check("pipelined calls are answered", () => this.pipelined());
    await this.check("replies may come in another order", () => this.anotherOrder());
    if (this.second) await this.check("the second service answers beside the first", () => this.bothServices());
    this.connection.end();
  }

  async partOfStruct() {
    const part = await this.interop.parsePart("(4=5,7='61',9=1,27=true)");
    return differ([part.medium, part.text], [5, "a"]);
  }

  async constants() {
    const type = { typeId: "struct", class: "Constants" };
    return differ(words.describe(await this.interop.constants(), type), words.describe(constantsOf(ttypes), type));
  }

  async declared() {
    const error = await caught(ttypes.Declared, this.interop.fail("declared"));
    return differ([error.code, error.message, error.leaf.text], [-7, "as declared", "leaf"]);
  }

  async other() {
    const error = await caught(ttypes.Other, this.interop.fail("other"));
    return differ(error.reasons, ["one", "two"]);
  }

  async failVoid() {
    const error = await caught(ttypes.Declared, this.interop.failVoid("declared"));
    return differ([error.code, error.message], [-8, "void, as declared"]);
  }

  async undeclared() {
    const error = await caught(TApplicationException, this.interop.fail("undeclared"));
    return (
      differ(error.type, TApplicationExceptionType.INTERNAL_ERROR) ?? differ(error.message.includes("secret"), false)
    );
  }

  async unknownMethod() {
    const error = await caught(TApplicationException, this.interop.notServed("x"));
    return differ([error.type, await this.interop.who()], [TApplicationExceptionType.UNKNOWN_METHOD, "Interop"]);
  }

  async oneway() {
    const key = randomUUID();
    this.interop.note(key, "one");
    this.interop.note(key, "two");
    this.interop.noteBadly(key);
    if (this.combination.framing !== "http") return differ(await this.interop.notes(key), ["one", "two", "badly"]);
    // Each call has a connection of its own, and none waits for another.
    let notes = [];
    for (let attempt = 0; notes.length < 3 && attempt < 1_000; attempt++) notes = await this.interop.notes(key);
    return differ(notes.sort(), ["badly", "one", "two"]);
  }

  async pipelined() {
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    return differ(await Promise.all(numbers.map((number) => this.interop.echoI32(number))), numbers);
  }

  async anotherOrder() {
    const key = randomUUID();
    const order = [];
    const held = this.interop.hold(key).then((answer) => order.push(answer));
    order.push(await this.interop.who());
    await this.interop.release(key);
    await held;
    return differ(order, ["Interop", key]);
  }

  async bothServices() {
    const answers = [this.interop.who(), this.second.who(), this.second.twice("ab"), this.interop.who()];
    return differ(await Promise.all(answers), ["Interop", "Second", "abab", "Interop"]);
  }
}

// A call that was given up may still fail later.
process.on("unhandledRejection", () => {});

async function main() {
  const cases = readFileSync(casesPath, "utf8").trimEnd().split("\n");
  for (const line of readFileSync(0, "utf8").trimEnd().split("\n")) {
    const checks = new Checks(new Combination(line));
    for (const entry of cases) await checks.caseOf(...entry.split("\t"));
    await checks.behaviour();
  }
  console.log("done");
  process.exit(0);
}

main();
