/**
 * THeader frames within frames, as the framing of a server's connection: what Apache's programs write that are told to speak THeader
 * over a framed transport. Adds nothing to either.
 */
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import type { CallHeaders } from "../call-headers.ts";
import { framed } from "../framed.ts";
import type { FrameReader, FrameSink, Framing } from "../framing.ts";
import { takeHeaderBody } from "./header-body.ts";
import { HeaderFraming } from "./header-framing.ts";

const NO_HEADERS: CallHeaders = new Map();

/** One connection. */
export class FramedHeaderFraming implements Framing {
  readonly name = "framed header";
  readonly carriesHeaders = true;
  readonly #inner = new HeaderFraming(undefined);
  #innerStart = 0;

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number {
    const start = framed.beginFrame(w);
    this.#innerStart = this.#inner.beginFrame(w, headers, seqid);
    return start;
  }

  endFrame(w: ByteWriter, start: number): void {
    this.#inner.endFrame(w, this.#innerStart);
    framed.endFrame(w, start);
  }

  createReader(sink: FrameSink, protocol: Protocol, limits: Limits): FrameReader {
    const onFrame: FrameSink["onFrame"] = (buf, start, end) =>
      takeHeaderBody(sink, buf.subarray(start, end), NO_HEADERS, this.#inner, limits.maxFrameBytes);
    return framed.createReader({ onFrame }, protocol, limits);
  }
}
