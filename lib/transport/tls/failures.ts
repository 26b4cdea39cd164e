/** What OpenSSL's errors in a handshake mean, and which of them the next attempt would meet again. Knows only errors. */
import { ConnectionError } from "../../errors/errors.ts";

/** What comes of bytes that are not TLS; all else that OpenSSL says of a handshake is about TLS. */
const NOT_TLS = /_(WRONG_VERSION_NUMBER|UNEXPECTED_MESSAGE|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE|UNKNOWN_PROTOCOL)$/;
/** What a server says of a client's certificate, or that there is none. Nothing says it but a handshake, and before that is over no byte is taken. */
export const OF_CERTIFICATE: RegExp =
  /_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)$/;
/** A server's own trouble, which may pass. */
const PASSING = /_ALERT_INTERNAL_ERROR$/;

/** As Node gives OpenSSL's. */
export type TlsError = Error & { readonly code?: string; readonly reason?: string };

/** `cause`, as a ConnectionError where another attempt would end the same. */
export function explained(target: string, cause: TlsError, mistrusted: boolean): Error {
  const { code = "", reason = cause.message } = cause;
  if (mistrusted) return failed(`the certificate of ${target} is not trusted: ${cause.message}`, cause);
  if (!code.startsWith("ERR_SSL_") || PASSING.test(code)) return cause;
  if (NOT_TLS.test(code)) return failed(`${target} does not speak TLS: ${reason}`, cause);
  return handshakeFailed(target, cause);
}

/** A handshake that failed for good. */
export function handshakeFailed(target: string, cause: TlsError): ConnectionError {
  return failed(`the TLS handshake with ${target} failed: ${cause.reason ?? cause.message}`, cause);
}

function failed(text: string, cause: Error): ConnectionError {
  return new ConnectionError("CONNECT_FAILED", text, { delivery: "unsent", phase: "connect", cause });
}
