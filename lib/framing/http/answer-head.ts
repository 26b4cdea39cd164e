/**
 * What a client reads out of the head of an answer: its status, and whether the connection ends with it. Knows no bodies.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112#section-4
 */
import { ConnectionError, DecodeError } from "../../errors/errors.ts";
import { connectionWishes, isCoded } from "./messages.ts";
import type { HttpHead } from "./reader.ts";

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/;

function statusOf({ line }: HttpHead): number {
  const status = STATUS_LINE.exec(line)?.[1];
  if (status === undefined) throw new DecodeError("invalid", `HTTP status line ${JSON.stringify(line.slice(0, 100))}`);
  return Number(status);
}

/** RFC 9110, 15.2: they come asked for or not. 101 would be an answer to an upgrade, for which nobody has asked. */
export function isInterim(head: HttpHead): boolean {
  const status = statusOf(head);
  return status >= 100 && status < 200 && status !== 101;
}

/** Throws ConnectionError for an answer that brings no message that can be read. */
export function checkAnswer(head: HttpHead): void {
  if (statusOf(head) !== 200) throw unanswered(`HTTP status ${head.line.slice("HTTP/1.1 ".length).slice(0, 100)}`);
  if (isCoded(head.headers))
    throw unanswered(`HTTP answer with content encoding ${head.headers.get("content-encoding")}`);
}

/** The error of a request that was answered, but not by a message. */
export function unanswered(text: string): ConnectionError {
  return new ConnectionError("PROTOCOL_ERROR", text, { delivery: "answered" });
}

/** Whether the server closes after this answer: it says so, is of a time before connections were kept, or has no other end for it. */
export function closesAfter({ line, headers }: HttpHead): boolean {
  const wishes = connectionWishes(headers);
  if (wishes.includes("close") || !(headers.has("content-length") || headers.has("transfer-encoding"))) return true;
  return line.startsWith("HTTP/1.0") && !wishes.includes("keep-alive");
}
