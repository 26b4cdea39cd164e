/** What an answer or item fails with that is larger than a message may be. Its text goes to the caller. Knows no wire. */
import { ThriftError } from "../errors/errors.ts";

/** Told apart from an error of the same code that a handler passes on from elsewhere. */
export class ResponseTooBig extends ThriftError {
  /** `what`: reply, or item. */
  constructor(what: string, bytes: number, limit: number) {
    const text = `${what} of ${bytes} bytes, limit ${limit}`;
    super("RESPONSE_TOO_BIG", text, { delivery: "answered", phase: "encode" });
  }
}
