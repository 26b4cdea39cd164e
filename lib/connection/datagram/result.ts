/** The result that a reply carries, or the failure that came instead. Knows messages, not datagrams. */
import { readApplicationException } from "../../codec/application-exception.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { ThriftError } from "../../errors.ts";
import type { MessageHead, Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import type { Method } from "../../schema/service.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { applicationError } from "../application-type.ts";
import { REPLY_WITHHELD } from "./reply-withheld.ts";

/** Reads what stands behind `head`. Throws what came instead of a result. */
export function readDatagramResult(reader: ByteReader, head: MessageHead, method: Method, protocol: Protocol): unknown {
  const { type } = head;
  if (type === MessageType.REPLY) return methodCodec(method, protocol).readResult(reader);
  if (type !== MessageType.EXCEPTION)
    throw new ThriftError("WRONG_KIND", `reply of message type ${type}`, { delivery: "answered", phase: "decode" });
  const exception = readApplicationException(reader, protocol);
  const error = applicationError(exception.message, exception.type);
  // A copy of the request may still be under way, and be admitted.
  if (error.delivery === "unsent" && !method.idempotent)
    throw new ThriftError(error.code, error.message, { delivery: "unknown", phase: "handler" });
  throw error;
}

/** The server has a reply that it gives only to who shows a cookie. */
export function isWithheld(error: unknown): boolean {
  return error instanceof ThriftError && error.message === REPLY_WITHHELD;
}
