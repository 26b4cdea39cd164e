/**
 * The numbers in a TApplicationException and the codes of our errors, both ways. Knows no bytes.
 *
 * 0 to 10 are Apache's, 11 and above fbthrift's; a number that nobody has named is read as APP_ERROR and kept.
 * https://github.com/apache/thrift/blob/master/lib/cpp/src/thrift/TApplicationException.h
 */
import { ApplicationError, type Delivery, type ErrorCode } from "../errors/errors.ts";

/** Types of a TApplicationException that we write. */
export const ApplicationType = {
  UNKNOWN_METHOD: 1,
  INVALID_MESSAGE_TYPE: 2,
  INTERNAL_ERROR: 6,
  PROTOCOL_ERROR: 7,
  LOADSHEDDING: 11,
  TIMEOUT: 12,
} as const;
/** One of them. */
export type ApplicationType = (typeof ApplicationType)[keyof typeof ApplicationType];

const CODES: readonly (ErrorCode | undefined)[] = [
  "APP_ERROR", // UNKNOWN
  "UNKNOWN_METHOD",
  "WRONG_KIND",
  "BAD_SEQUENCE", // WRONG_METHOD_NAME
  "BAD_SEQUENCE",
  "MISSING_RESULT",
  "APP_ERROR", // INTERNAL_ERROR
  "PROTOCOL_ERROR",
  "BAD_TRANSFORM",
  "UNSUPPORTED", // INVALID_PROTOCOL
  "UNSUPPORTED", // UNSUPPORTED_CLIENT_TYPE
  "OVERLOADED",
  "DEADLINE",
  "APP_ERROR", // INJECTED_FAILURE
  "CHECKSUM",
  "CANCELLED",
  "OVERLOADED", // TENANT_QUOTA_EXCEEDED
];

/** The error that a TApplicationException stands for. Refusals by load say that the call was never started; one for time, that it did not come to its end. */
export function applicationError(message: string, type: number): ApplicationError {
  const code = CODES[type] ?? "APP_ERROR";
  const delivery: Delivery = code === "OVERLOADED" ? "unsent" : code === "DEADLINE" ? "unknown" : "answered";
  return new ApplicationError(code, message === "" ? `application exception of type ${type}` : message, {
    applicationType: type,
    delivery,
    phase: "handler",
  });
}
