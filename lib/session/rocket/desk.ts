/**
 * What reading one frame takes: a window, readers and the request in it. A connection borrows it for a frame, so that ten thousand
 * that rest do not hold one each (`npm run load -- idle`: 700 bytes of each). Knows no connection.
 */
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import { Frame } from "../../framing/rocket/frame.ts";
import type { Limits } from "../../protocol/limits.ts";
import { ByteReader, type ReaderOptions } from "../../wire/byte-reader.ts";
import { metadataReader } from "./metadata-form.ts";
import { RequestIntake } from "./request-intake.ts";

export class Desk {
  readonly frame: Frame = new Frame();
  /** For values. */
  readonly reader: ByteReader;
  readonly metadata: ByteReader = metadataReader();
  /** What a server reads requests with. */
  readonly intake: RequestIntake = new RequestIntake();

  constructor(limits: Limits, reader: ReaderOptions | undefined) {
    const { maxStringBytes, maxDepth, maxValueBytes } = limits;
    this.reader = new ByteReader({ ...reader, maxStringBytes, maxDepth, maxValueBytes });
    this.reader.lasting = true;
  }

  /** One that rests must not hold the last chunk that it was used on. */
  letGo(): void {
    this.frame.buf = NO_BUFFER;
    this.reader.buf = NO_BUFFER;
    this.metadata.buf = NO_BUFFER;
    this.intake.letGo();
  }
}

/** The desks of all connections with the same limits: as many as frames are being read within each other, usually one. */
export class Desks {
  readonly #limits: Limits;
  readonly #reader: ReaderOptions | undefined;
  readonly #free: Desk[] = [];

  constructor(limits: Limits, reader?: ReaderOptions) {
    this.#limits = limits;
    this.#reader = reader;
  }

  /** To be put back when the frame is read. */
  take(): Desk {
    return this.#free.pop() ?? new Desk(this.#limits, this.#reader);
  }

  putBack(desk: Desk): void {
    desk.letGo();
    this.#free.push(desk);
  }
}
