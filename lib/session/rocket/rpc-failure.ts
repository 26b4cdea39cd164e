/**
 * Our error codes and Rocket's, both ways: what an ERROR frame says and what it means for the call. Knows no connection.
 * The whole table is in docs/errors.md.
 */
import { ApplicationError, type Delivery, type ErrorCode, type ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode } from "../../framing/rocket/frame-type.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { type RpcError, RpcErrorCategory, RpcErrorCode, readRpcError, StreamErrorCode } from "./rpc-error.ts";

const { INTERNAL_ERROR, INVALID_REQUEST, LOADSHEDDING, SHUTDOWN } = RpcErrorCategory;
const { REJECTED, CANCELED, INVALID, APPLICATION_ERROR } = ErrorFrameCode;

interface Refusal {
  readonly frameCode: number;
  /** Undefined for what only befalls streams. */
  readonly category: number | undefined;
  readonly code: number;
}

/** How this side says that it did not carry a request out, or gave it up. */
const REFUSALS: Partial<Record<ErrorCode, Refusal>> = {
  OVERLOADED: { frameCode: REJECTED, category: LOADSHEDDING, code: RpcErrorCode.OVERLOAD },
  QUEUE_TIMEOUT: { frameCode: REJECTED, category: LOADSHEDDING, code: RpcErrorCode.QUEUE_TIMEOUT },
  SHUTTING_DOWN: { frameCode: REJECTED, category: SHUTDOWN, code: RpcErrorCode.SHUTDOWN },
  PROTOCOL_ERROR: { frameCode: INVALID, category: INVALID_REQUEST, code: RpcErrorCode.REQUEST_PARSING_FAILURE },
  CHECKSUM: { frameCode: INVALID, category: INVALID_REQUEST, code: RpcErrorCode.CHECKSUM_MISMATCH },
  UNKNOWN_METHOD: { frameCode: INVALID, category: INVALID_REQUEST, code: RpcErrorCode.UNKNOWN_METHOD },
  WRONG_KIND: { frameCode: INVALID, category: INVALID_REQUEST, code: RpcErrorCode.WRONG_RPC_KIND },
  UNKNOWN_SESSION: { frameCode: INVALID, category: INTERNAL_ERROR, code: RpcErrorCode.UNKNOWN_INTERACTION_ID },
  SESSION_CREATE_FAILED: {
    frameCode: CANCELED,
    category: INTERNAL_ERROR,
    code: RpcErrorCode.INTERACTION_CONSTRUCTOR_ERROR,
  },
  DEADLINE: { frameCode: CANCELED, category: INTERNAL_ERROR, code: RpcErrorCode.TASK_EXPIRED },
  CANCELLED: { frameCode: CANCELED, category: INTERNAL_ERROR, code: RpcErrorCode.INTERRUPTION },
  STREAM_CREDIT_TIMEOUT: { frameCode: CANCELED, category: undefined, code: StreamErrorCode.CREDIT_TIMEOUT },
  STREAM_IDLE: { frameCode: CANCELED, category: undefined, code: StreamErrorCode.CHUNK_TIMEOUT },
  RESPONSE_TOO_BIG: { frameCode: CANCELED, category: INTERNAL_ERROR, code: RpcErrorCode.RESPONSE_TOO_BIG },
};

/** Frame code and struct for a request that is refused with `code`; what has no number of its own is a parsing failure. */
export function refusal(code: ErrorCode, what: string): { readonly frameCode: number; readonly error: RpcError } {
  const { frameCode, category, code: number } = REFUSALS[code] ?? (REFUSALS.PROTOCOL_ERROR as Refusal);
  return { frameCode, error: { name: code, what, category, code: number } };
}

const MEANINGS: Readonly<Record<number, readonly [ErrorCode, Delivery]>> = {
  [RpcErrorCode.OVERLOAD]: ["OVERLOADED", "unsent"],
  [RpcErrorCode.QUEUE_OVERLOADED]: ["OVERLOADED", "unsent"],
  [RpcErrorCode.APP_OVERLOAD]: ["OVERLOADED", "unsent"],
  [RpcErrorCode.TENANT_QUOTA_EXCEEDED]: ["OVERLOADED", "unsent"],
  [RpcErrorCode.QUEUE_TIMEOUT]: ["QUEUE_TIMEOUT", "unsent"],
  [RpcErrorCode.SHUTDOWN]: ["SHUTTING_DOWN", "unsent"],
  [RpcErrorCode.TASK_EXPIRED]: ["DEADLINE", "unknown"],
  [RpcErrorCode.INTERRUPTION]: ["CANCELLED", "unknown"],
  [RpcErrorCode.REQUEST_PARSING_FAILURE]: ["PROTOCOL_ERROR", "answered"],
  [RpcErrorCode.CHECKSUM_MISMATCH]: ["CHECKSUM", "unsent"],
  [RpcErrorCode.RESPONSE_TOO_BIG]: ["RESPONSE_TOO_BIG", "answered"],
  [RpcErrorCode.WRONG_RPC_KIND]: ["WRONG_KIND", "answered"],
  [RpcErrorCode.UNKNOWN_METHOD]: ["UNKNOWN_METHOD", "answered"],
  [RpcErrorCode.UNIMPLEMENTED_METHOD]: ["UNKNOWN_METHOD", "answered"],
  [RpcErrorCode.UNKNOWN_INTERACTION_ID]: ["UNKNOWN_SESSION", "answered"],
  [RpcErrorCode.INTERACTION_CONSTRUCTOR_ERROR]: ["SESSION_CREATE_FAILED", "answered"],
};

/** What an ERROR frame means for the call that it answers: a struct where one of the three codes carries it, else a text. */
export function requestFailure(frame: Frame, r: ByteReader): ThriftError {
  r.reset(frame.buf, frame.metadataEnd, frame.end);
  const error = readRpcError(r);
  if (error === undefined) return textFailure(frame, "handler");
  const [code, delivery] = meaning(error);
  return new ApplicationError(code, error.what === "" ? error.name : error.what, {
    delivery,
    phase: "handler",
    applicationType: error.code,
  });
}

function meaning(error: RpcError): readonly [ErrorCode, Delivery] {
  const known = MEANINGS[error.code];
  if (known !== undefined) return known;
  if (error.category === SHUTDOWN) return ["SHUTTING_DOWN", "unsent"];
  return error.category === LOADSHEDDING ? ["OVERLOADED", "unsent"] : ["APP_ERROR", "answered"];
}

const STREAM_MEANINGS: Readonly<Record<number, ErrorCode>> = {
  [StreamErrorCode.CREDIT_TIMEOUT]: "STREAM_CREDIT_TIMEOUT",
  [StreamErrorCode.CHUNK_TIMEOUT]: "STREAM_IDLE",
  [StreamErrorCode.SERVER_CLOSING_CONNECTION]: "STREAM_CLOSED",
};

/** What an ERROR frame means for a stream after its first response. */
export function streamFailure(frame: Frame, r: ByteReader): ThriftError {
  r.reset(frame.buf, frame.metadataEnd, frame.end);
  const error = readRpcError(r);
  if (error === undefined) return textFailure(frame, "stream");
  const code = error.category === undefined ? (STREAM_MEANINGS[error.code] ?? "CANCELLED") : meaning(error)[0];
  return new ApplicationError(code, error.what === "" ? error.name : error.what, {
    delivery: "answered",
    phase: "stream",
    applicationType: error.code,
  });
}

function textFailure({ code, buf, metadataEnd, end }: Frame, phase: "handler" | "stream"): ThriftError {
  const text =
    buf.toString("utf8", metadataEnd, Math.min(end, metadataEnd + 4096)) || `rocket error 0x${code.toString(16)}`;
  const [meant, delivery] = TEXT_MEANINGS[code] ?? APP_ERROR;
  // After the first response whatever the server turns away has been begun.
  return new ApplicationError(meant, text, { delivery: phase === "stream" ? "answered" : delivery, phase });
}

const APP_ERROR = ["APP_ERROR", "answered"] as const;
const TEXT_MEANINGS: Readonly<Record<number, readonly [ErrorCode, Delivery]>> = {
  [REJECTED]: ["OVERLOADED", "unsent"],
  [CANCELED]: ["CANCELLED", "unknown"],
  [INVALID]: ["PROTOCOL_ERROR", "answered"],
  [APPLICATION_ERROR]: APP_ERROR,
};
