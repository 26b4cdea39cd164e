/** The head of the requests that a client posts. */
import { ThriftError } from "../../errors/errors.ts";
import { THRIFT_CONTENT_TYPE } from "../../framing/http/content-type.ts";

const MAX_PATH_BYTES = 8_192;

/** The head of every request to `path` of `host`, but for its length and the call's headers. Throws CONFIGURATION for a path that could not stand there. */
export function requestHead(host: string, path: string): string {
  if (!/^\/[!-~]*$/.test(path) || path.length > MAX_PATH_BYTES)
    throw new ThriftError(
      "CONFIGURATION",
      `path: expected / and up to ${MAX_PATH_BYTES} characters of a URL, got ${JSON.stringify(path.slice(0, 100))}`,
    );
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${THRIFT_CONTENT_TYPE}\r\nAccept: ${THRIFT_CONTENT_TYPE}\r\n`;
}
