/** The base of every exception that an IDL declares. It knows its fields' values and nothing of the wire. */
import { brand, EncodeError } from "../errors/errors.ts";

/**
 * A declared exception: an Error whose own properties are the fields of the IDL. A string field `message` is the Error's
 * message. Generated classes extend it and `declare` their fields, so that no initialiser overwrites what this constructor sets.
 */
export class ThriftException extends Error {
  /** `fields` are copied as own properties; those that are undefined stay absent. Throws EncodeError for a text in their place. */
  constructor(fields: object = {}) {
    if (typeof fields !== "object" || fields === null) throw noFields(new.target.name, fields);
    const message: unknown = Object.hasOwn(fields, "message") ? (fields as { message?: unknown }).message : undefined;
    super(typeof message === "string" ? message : undefined);
    // To redefine `stack` V8 first writes it out, message and all, which a message that is no text may not survive.
    const stack: unknown = Object.hasOwn(fields, "stack") ? (fields as { stack?: unknown }).stack : undefined;
    if (stack !== undefined) define(this, "stack", stack);
    for (const key of Reflect.ownKeys(fields)) {
      const value: unknown = Reflect.get(fields, key);
      if (value !== undefined && (key !== "message" || typeof message !== "string")) define(this, key, value);
    }
  }
}

brand(ThriftException, "ThriftException");

/**
 * What the constructor of exception class `E` takes: its own properties, without those of every Error but the ones in `Own`
 * (`"message"`, where the IDL has such a field).
 */
export type ExceptionFields<E, Own extends string = never> = Omit<E, Exclude<keyof ThriftException, Own>>;

function noFields(name: string, given: unknown): EncodeError {
  return new EncodeError(name, `expected an object with its fields, got ${given === null ? "null" : typeof given}`, {
    delivery: "unknown",
  });
}

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
