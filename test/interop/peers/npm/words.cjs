// Values in words (docs/interop.md), as npm thrift holds them: i64 as Int64, maps as plain objects (their keys become
// strings), sets as arrays. Knows the types by the JSON form of the IDL; knows nothing of calls.
"use strict";

const { readFileSync } = require("node:fs");

const TOKEN = /'[0-9a-f]*'|[[\]{}(),:=]|[^[\]{}(),:=]+/g;

/** The type under `key`, which the JSON form leaves out for base types. */
const nested = (owner, key, idKey) => owner[key] ?? { typeId: owner[idKey] };

class Words {
  constructor(jsonPath, classes, Int64) {
    const tree = JSON.parse(readFileSync(jsonPath, "utf8"));
    this.structs = new Map(tree.structs.map((struct) => [struct.name, struct.fields]));
    this.classes = classes;
    this.Int64 = Int64;
  }

  parse(text, type) {
    const tokens = new Tokens(text.match(TOKEN));
    const value = this.#parse(tokens, type);
    if (!tokens.atEnd()) throw new Error("text behind the value");
    return value;
  }

  #parse(tokens, type) {
    switch (type.typeId) {
      case "bool":
        return tokens.take() === "true";
      case "i8":
      case "i16":
      case "i32":
        return Number(tokens.take());
      case "i64":
        return this.#int64(BigInt(tokens.take()));
      case "double":
        return parseDouble(tokens.take());
      case "string":
        return Buffer.from(tokens.take().slice(1, -1), "hex").toString("utf8");
      case "binary":
        return Buffer.from(tokens.take().slice(1, -1), "hex");
      case "list":
      case "set":
        return tokens.sequence("[", "]", () => this.#parse(tokens, nested(type, "elemType", "elemTypeId")));
      case "map":
        return this.#parseMap(tokens, type);
      default:
        return this.#parseStruct(tokens, type.class);
    }
  }

  #int64(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return new this.Int64(bytes);
  }

  #parseMap(tokens, type) {
    const map = {};
    tokens.sequence("{", "}", () => {
      const key = this.#parse(tokens, nested(type, "keyType", "keyTypeId"));
      tokens.expect(":");
      map[key] = this.#parse(tokens, nested(type, "valueType", "valueTypeId"));
    });
    return map;
  }

  #parseStruct(tokens, name) {
    const fields = {};
    tokens.sequence("(", ")", () => {
      const id = Number(tokens.take());
      const field = this.structs.get(name).find(({ key }) => key === id);
      tokens.expect("=");
      fields[field.name] = this.#parse(tokens, nested(field, "type", "typeId"));
    });
    return new this.classes[name](fields);
  }

  describe(value, type) {
    switch (type.typeId) {
      case "i64":
        return typeof value === "number" ? `${value}` : `${value.buffer.readBigInt64BE(value.offset)}`;
      case "double":
        return describeDouble(value);
      case "string":
        return `'${Buffer.from(value, "utf8").toString("hex")}'`;
      case "binary":
        return `'${Buffer.from(value).toString("hex")}'`;
      case "list":
        return `[${this.#describeItems(value, type).join(",")}]`;
      case "set":
        return `[${this.#describeItems(value, type).sort().join(",")}]`;
      case "map":
        return this.#describeMap(value, type);
      case "struct":
      case "union":
        return this.#describeStruct(value, type.class);
      default:
        return `${value}`;
    }
  }

  #describeItems(value, type) {
    return value.map((item) => this.describe(item, nested(type, "elemType", "elemTypeId")));
  }

  #describeMap(value, type) {
    const keyType = nested(type, "keyType", "keyTypeId");
    const entries = Object.keys(value).map((key) => {
      const words = this.#describeKey(key, keyType);
      return `${words}:${this.describe(value[key], nested(type, "valueType", "valueTypeId"))}`;
    });
    return `{${entries.sort().join(",")}}`;
  }

  /** Keys are property names: text, whatever they were. */
  #describeKey(key, type) {
    if (type.typeId === "double") return this.describe(Number(key), type);
    return type.typeId === "i64" ? key : this.describe(key, type);
  }

  #describeStruct(value, name) {
    const set = this.structs
      .get(name)
      .filter((field) => value[field.name] !== null && value[field.name] !== undefined)
      .sort((a, b) => a.key - b.key);
    return `(${set.map((f) => `${f.key}=${this.describe(value[f.name], nested(f, "type", "typeId"))}`).join(",")})`;
  }
}

function parseDouble(word) {
  return word === "nan" ? Number.NaN : Buffer.from(word, "hex").readDoubleBE();
}

function describeDouble(value) {
  if (Number.isNaN(value)) return "nan";
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return bits.toString("hex");
}

class Tokens {
  #tokens;
  #next = 0;

  constructor(tokens) {
    this.#tokens = tokens;
  }

  atEnd() {
    return this.#next === this.#tokens.length;
  }

  take() {
    return this.#tokens[this.#next++];
  }

  expect(token) {
    const taken = this.take();
    if (taken !== token) throw new Error(`expected ${token}, got ${taken}`);
  }

  sequence(opening, closing, parseItem) {
    this.expect(opening);
    const items = [];
    while (this.#tokens[this.#next] !== closing) {
      if (items.length > 0) this.expect(",");
      items.push(parseItem());
    }
    this.expect(closing);
    return items;
  }
}

/** Maps a type's short name (I64 of echoI64) to its type. */
function typesOfArguments(jsonPath, service) {
  const tree = JSON.parse(readFileSync(jsonPath, "utf8"));
  const { functions } = tree.services.find(({ name }) => name === service);
  const echoes = functions.filter(({ name }) => name.startsWith("echo"));
  return Object.fromEntries(echoes.map((f) => [f.name.slice(4), nested(f.arguments[0], "type", "typeId")]));
}

/** Everything both programs need of the generated code in `directory`. */
function load(directory) {
  const Int64 = require("node-int64");
  const ttypes = require(`${directory}/gen-nodejs/interop_types`);
  const words = new Words(`${directory}/gen-json/interop.json`, ttypes, Int64);
  const types = {
    ...typesOfArguments(`${directory}/gen-json/base.json`, "Values"),
    ...typesOfArguments(`${directory}/gen-json/interop.json`, "Interop"),
  };
  return { ttypes, words, types };
}

/** The constants of interop.thrift, as Apache's compiler generated them, in the struct that carries them. */
function constantsOf(ttypes) {
  return new ttypes.Constants({
    yes: ttypes.YES,
    tiny: ttypes.TINY,
    small: ttypes.SMALL,
    medium: ttypes.MEDIUM,
    large: ttypes.LARGE,
    lowest: ttypes.LOWEST,
    real: ttypes.REAL,
    text: ttypes.TEXT,
    favourite: ttypes.FAVOURITE,
    powers: ttypes.POWERS,
    counts: ttypes.COUNTS,
    primes: ttypes.PRIMES,
    leaf: ttypes.LEAF,
    leaves: ttypes.LEAVES,
  });
}

module.exports = { load, constantsOf };
