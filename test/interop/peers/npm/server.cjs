// Serves Interop and Second in the combinations that are named, until standard input ends.
// Usage: server.cjs GENERATED_DIR SOCKET_DIR "binary framed plain tcp"... Prints one line a combination, then "ready".
"use strict";

const thrift = require("thrift");
const { combinationsOf } = require("./combination.cjs");
const { constantsOf, load } = require("./words.cjs");

const [generated, sockets, ...names] = process.argv.slice(2);
const { ttypes, words, types } = load(generated);
const Interop = require(`${generated}/gen-nodejs/Interop`);
const Second = require(`${generated}/gen-nodejs/Second`);

/**
 * A handler that answers before it returns: inside THeader, a later reply goes out without its header. What it throws becomes the
 * answer; generated code would not catch it.
 */
function atOnce(fn) {
  const handler = (...args) => {
    const answer = args.pop();
    let value;
    try {
      value = fn(...args);
    } catch (error) {
      return answer(error);
    }
    answer(null, value);
  };
  // Generated code tells by the number of parameters whether a handler takes a callback.
  return Object.defineProperty(handler, "length", { value: fn.length + 1 });
}

function answers(noted, held) {
  const families = Object.entries(types).flatMap(([name, type]) => [
    [`echo${name}`, (value) => value],
    [`describe${name}`, (value) => words.describe(value, type)],
    [`parse${name}`, (text) => words.parse(text, type)],
  ]);
  return {
    ...Object.fromEntries(families),
    parsePart: (text) => words.parse(text, types.Everything),
    constants: () => constantsOf(ttypes),
    nothing: () => undefined,
    sum: (a, b, c, d, e, f, g) => `${a + b + c + Number(d) + e + Number(f) + g}`,
    fail(how) {
      if (how === "declared") throw declared(-7, "as declared", new ttypes.Leaf({ number: 1, text: "leaf" }));
      if (how === "other") throw new ttypes.Other({ reasons: ["one", "two"] });
      if (how === "undeclared" || how === "application") throw new Error("a secret of the server");
      return how;
    },
    failVoid(how) {
      if (how === "declared") throw declared(-8, "void, as declared");
      if (how === "undeclared") throw new Error("a secret of the server");
    },
    notes: (key) => noted.get(key) ?? [],
    release: (key) => held.get(key)(key),
    who: () => "Interop",
  };
}

function createHandler() {
  const noted = new Map();
  const held = new Map();
  const note = (key, text) => noted.set(key, [...(noted.get(key) ?? []), text]);
  const entries = Object.entries(answers(noted, held)).map(([name, fn]) => [name, atOnce(fn)]);
  return {
    ...Object.fromEntries(entries),
    note,
    // An error thrown here would end the whole process.
    noteBadly: (key) => note(key, "badly"),
    hold: (key) => new Promise((resolve) => held.set(key, resolve)),
  };
}

function declared(code, message, leaf) {
  return new ttypes.Declared({ code, message, leaf });
}

const second = { who: atOnce(() => "Second"), twice: atOnce((text) => text + text) };

function createProcessor(naming) {
  if (naming === "plain") return new Interop.Processor(createHandler());
  const processor = new thrift.MultiplexedProcessor();
  processor.registerProcessor("Interop", new Interop.Processor(createHandler()));
  processor.registerProcessor("Second", new Second.Processor(second));
  return processor;
}

function createServer({ framing, naming, options, identity }) {
  const processor = createProcessor(naming);
  if (framing !== "http") return thrift.createMultiplexServer(processor, { ...options, ...identity });
  return thrift.createWebServer({ services: { "/": { processor, ...options } }, ...identity });
}

function serve(combination) {
  const server = createServer(combination);
  server.on("error", () => {});
  const unix = combination.socket === "unix";
  return new Promise((resolve) => {
    server.listen(...(unix ? [combination.address] : [0, "127.0.0.1"]), () => {
      console.log(`${combination.name} ${unix ? combination.address : server.address().port}`);
      resolve();
    });
  });
}

// A reply that generated code cannot write (a map by struct, say) rejects a promise that nobody holds.
process.on("unhandledRejection", () => {});
process.stdin.resume().on("end", () => process.exit(0));
Promise.all(combinationsOf(sockets, names).map(serve)).then(() => console.log("ready"));
