/**
 * Which requests are Thrift over HTTP, told from their heads: POST with a target, a host, and a content type of Thrift. What is none is
 * refused with the status that says why. Knows no bodies.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112#section-3
 */
import { Buffer } from "node:buffer";
import { ConnectionError } from "../../errors/errors.ts";
import { THRIFT_CONTENT_TYPE } from "./content-type.ts";
import { isCoded } from "./messages.ts";
import type { HttpHead } from "./reader.ts";

/** METHOD SP TARGET SP VERSION, and no blanks beside. */
const REQUEST_LINE = /^([\w!#$%&'*+.^`|~-]+) ([!-~]+) (HTTP\/\d\.\d)$/;
/** A path, or a whole URL as proxies are sent it, which a server must take as well: RFC 9112, 3.2. */
const TARGET = /^(?:\/|https?:\/\/[\w.~!$&'()*+,;=:%[\]-])/i;
/** Empty where the target has none. */
const HOST = /^[\w.~!$&'()*+,;=:%[\]-]*$/;
/** Tells a client that it may send its body. */
export const CONTINUE: Buffer = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** A request that is answered with a status other than 200, after which its connection ends. */
export class HttpRefusal extends ConnectionError {
  /** As in "405 Method Not Allowed". */
  readonly status: string;
  /** Header lines that belong to the status. */
  readonly more: string;

  constructor(status: string, text: string, more = "") {
    super("PROTOCOL_ERROR", `HTTP: ${text}`, { delivery: "answered" });
    this.status = status;
    this.more = more;
  }
}

/** Throws HttpRefusal for a head that begins no call. */
export function checkRequest({ line, headers }: HttpHead): void {
  const [, method, target = "", version] = REQUEST_LINE.exec(line) ?? [];
  if (version === undefined) throw bad(`request line ${JSON.stringify(line.slice(0, 100))}`);
  if (!version.startsWith("HTTP/1."))
    throw new HttpRefusal("505 HTTP Version Not Supported", `${version}, spoken is HTTP/1.1`);
  if (method !== "POST")
    throw new HttpRefusal("405 Method Not Allowed", `${method}: Thrift calls must use POST`, "Allow: POST\r\n");
  if (!TARGET.test(target)) throw bad(`request target ${JSON.stringify(target.slice(0, 100))}`);
  const host = headers.get("host") ?? (version === "HTTP/1.0" ? "" : undefined);
  if (host === undefined) throw bad("no host");
  if (!HOST.test(host)) throw bad(`host ${JSON.stringify(host.slice(0, 100))}`);
  const expectation = headers.get("expect");
  if (expectation !== undefined && version !== "HTTP/1.0" && expectation.toLowerCase() !== "100-continue")
    throw new HttpRefusal("417 Expectation Failed", `expectation ${JSON.stringify(expectation.slice(0, 100))}`);
  if (isCoded(headers)) throw unsupported(`content encoding ${JSON.stringify(headers.get("content-encoding"))}`);
}

/** Whether the client waits to be told that it may send its body, and may. */
export function wantsContinue({ line, headers }: HttpHead, maxBodyBytes: number): boolean {
  if (!headers.has("expect") || line.endsWith(" HTTP/1.0")) return false;
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) <= maxBodyBytes;
}

function bad(text: string): HttpRefusal {
  return new HttpRefusal("400 Bad Request", text);
}

/** The refusal of a body that nobody here reads. */
export function unsupportedType(type: string): HttpRefusal {
  return unsupported(`content type ${JSON.stringify(type.slice(0, 100))}, expected ${THRIFT_CONTENT_TYPE}`);
}

function unsupported(text: string): HttpRefusal {
  return new HttpRefusal("415 Unsupported Media Type", text);
}
