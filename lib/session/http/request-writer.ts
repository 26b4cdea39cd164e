/**
 * Lays messages into posts. Knows the head that all requests of a connection have, not who answers them.
 *
 *   POST /path HTTP/1.1 | Host, Content-Type, Accept | call's headers | Content-Length | message, perhaps in a THeader frame
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112 and Apache's THttpClient
 */
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameWriter } from "../../framing/framing.ts";
import type { HeaderFraming } from "../../framing/header/header-framing.ts";
import { beginBody, fillLength, headerLines, judgeHttpHeaders } from "../../framing/http/messages.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";

/** The requests of one connection. */
export class HttpRequestWriter implements FrameWriter {
  readonly name = "http";
  readonly carriesHeaders = true;
  readonly #head: string;
  readonly #inner: HeaderFraming | undefined;
  #bodyStart = 0;
  #innerStart = 0;

  /** `head` as `requestHead` gives it. With `inner`, messages stand in its frames, and so do a call's headers. */
  constructor(head: string, inner: HeaderFraming | undefined) {
    this.#head = head;
    this.#inner = inner;
  }

  judge(headers: CallHeaders): void {
    if (this.#inner === undefined) judgeHttpHeaders(this.#head, headers);
  }

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number {
    const start = w.pos;
    const inner = this.#inner;
    this.#bodyStart = beginBody(w, inner === undefined ? this.#head + headerLines(headers) : this.#head);
    if (inner !== undefined) this.#innerStart = inner.beginFrame(w, headers, seqid);
    return start;
  }

  endFrame(w: ByteWriter, _start: number): void {
    this.#inner?.endFrame(w, this.#innerStart);
    fillLength(w, this.#bodyStart);
  }
}
