/**
 * Messages that become no call: each is answered, where an answer is expected, with what is wrong, and passed over, so that those after it
 * are not lost. Knows the head that was read; `intake.ts` decides.
 */
import { Buffer } from "node:buffer";
import type { Procedure } from "../call/procedure.ts";
import { ApplicationType } from "../codec/application-type.ts";
import { serverRefused } from "../observe/diagnostics.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, MessageScanner } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { MessageReplyWriter } from "./reply-writer.ts";

const COLON = 0x3a;
/** What stands at the beginning of a message, and the number of the frame that it came in; 0 where frames have none. */
export interface FramedHead extends MessageHead {
  frameSeqid: number;
}

/** Longest part of a caller's name for a method that stands in an error's text. */
const MAX_NAME_IN_TEXT = 200;

/** Those of one connection; `head` and `reader` are those of the message at hand. Each function gives undefined: there is no call. */
export class MessageRefusals {
  readonly #peer: string;
  readonly #replies: MessageReplyWriter;
  readonly #limits: Limits;
  readonly #head: FramedHead;
  readonly #reader: ByteReader;
  #scanner: MessageScanner | undefined;

  constructor(peer: string, replies: MessageReplyWriter, limits: Limits, head: FramedHead, reader: ByteReader) {
    this.#peer = peer;
    this.#replies = replies;
    this.#limits = limits;
    this.#head = head;
    this.#reader = reader;
  }

  /** Answers what names no procedure, or calls one by the wrong kind of message, as Apache's servers do. */
  decline(procedure: Procedure | undefined, start: number, end: number): undefined {
    const { type } = this.#head;
    const name = this.#nameInText();
    if (procedure === undefined) this.#answer(ApplicationType.UNKNOWN_METHOD, `unknown method '${name}'`);
    else if (type !== MessageType.CALL && type !== MessageType.ONEWAY)
      this.#answer(ApplicationType.INVALID_MESSAGE_TYPE, `message type ${type} for method '${name}', expected a call`);
    else
      this.#answer(
        ApplicationType.INVALID_MESSAGE_TYPE,
        `method '${name}' has kind ${procedure.method.kind}, which this connection cannot carry`,
      );
    this.#passOver(start, end);
  }

  /** Turns a call away before its arguments are read: nothing of it was begun. */
  refuse({ method }: Procedure, reason: string, start: number, end: number): undefined {
    if (method.kind !== "oneway") this.#answer(ApplicationType.LOADSHEDDING, reason);
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: this.#peer, method: method.name, reason });
    this.#passOver(start, end);
  }

  /** Answers a call whose arguments could not be read. */
  rejectArguments({ method }: Procedure, error: Error, start: number, end: number): undefined {
    if (method.kind !== "oneway") this.#replies.writeBadArguments(method, this.#head, error);
    this.#passOver(start, end);
  }

  /** Goes on after the message; after its frame when its end cannot be found. */
  #passOver(start: number, end: number): void {
    const reader = this.#reader;
    this.#scanner ??= this.#replies.protocol.createScanner(this.#limits);
    let behind = -1;
    try {
      behind = this.#scanner.scan(reader.buf, start, end);
    } catch {
      // Not to be scanned, so there is nothing after it.
    }
    reader.pos = behind < 0 ? end : behind;
    // A scanner that has not found the end would go on with the next message as if it were the rest of this one.
    if (behind < 0) this.#scanner = undefined;
  }

  #answer(type: ApplicationType, text: string): void {
    this.#replies.writeException(this.#ownName(), this.#head, type, text);
  }

  /** The method's name without the service in front: multiplexing clients look for that. */
  #ownName(): Buffer {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    const name = nameBuf.subarray(nameStart, nameEnd);
    return Buffer.from(name.subarray(name.indexOf(COLON) + 1));
  }

  #nameInText(): string {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return nameBuf.toString("utf8", nameStart, Math.min(nameEnd, nameStart + MAX_NAME_IN_TEXT));
  }
}
