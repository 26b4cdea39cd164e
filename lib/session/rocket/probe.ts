/**
 * Asks a server whether it speaks Rocket, on a connection of its own on which no call is ever made. Knows the first bytes
 * of an answer, not what to do about it.
 *
 *     SETUP, KEEPALIVE →
 *                      ← METADATA_PUSH, KEEPALIVE or ERROR on stream 0    rocket
 *                      ← any other bytes, or the end                      other
 *                        nothing in time                                  silent
 *
 * To a server of framed Thrift the SETUP is the beginning of a frame of some 24 KB that never comes, to one of unframed Thrift a
 * name as long: neither can find a call in it.
 */
import { Buffer } from "node:buffer";
import { HEAD_BYTES } from "../../framing/rocket/frame.ts";
import { FrameType } from "../../framing/rocket/frame-type.ts";
import { writeKeepalive } from "../../framing/rocket/keepalive.ts";
import { writeSetup } from "../../framing/rocket/setup.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Transport } from "../../transport/transport.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { setupMetadata } from "./setup-metadata.ts";
import { MAX_ROCKET_VERSION, MIN_ROCKET_VERSION } from "./versions.ts";

/** What the server showed of itself. */
export type ProbeAnswer = "rocket" | "other" | "silent";

/** Length, stream and type of the first frame. */
const ANSWER_BYTES = 3 + HEAD_BYTES;
const EMPTY = Buffer.alloc(0);

/** Asks on `transport`, which is closed afterwards; at most `timeoutMs`, and until `signal` aborts. Never rejects. */
export function probeRocket(
  transport: Transport,
  platform: Platform,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    let seen = EMPTY;
    const giveUp = (): void => conclude("silent");
    const timer = platform.startTimer(timeoutMs, true, giveUp);
    signal.addEventListener("abort", giveUp);
    const conclude = (answer: ProbeAnswer): void => {
      platform.stopTimer(timer);
      signal.removeEventListener("abort", giveUp);
      resolve(answer);
      transport.destroy();
    };
    transport.start({
      onData(chunk) {
        seen = Buffer.concat([seen, chunk.subarray(0, ANSWER_BYTES - seen.length)]);
        const answer = judge(seen);
        if (answer !== undefined) conclude(answer);
      },
      onDrain() {},
      onEnd: () => conclude("other"),
      onClose: () => conclude("other"),
    });
    transport.write(question());
  });
}

function question(): Buffer {
  const w = new ByteWriter(256);
  writeSetup(w, setupMetadata({ minVersion: MIN_ROCKET_VERSION, maxVersion: MAX_ROCKET_VERSION, agent: "scrimp" }));
  writeKeepalive(w, true, EMPTY);
  return Buffer.from(w.view(0));
}

/** Undefined while more must be seen. */
function judge(bytes: Buffer): ProbeAnswer | undefined {
  for (let at = 3; at < Math.min(7, bytes.length); at++) if (bytes[at] !== 0) return "other";
  if (bytes.length < ANSWER_BYTES) return undefined;
  const type = bytes.readUInt16BE(7) >>> 10;
  const answers: readonly number[] = [FrameType.METADATA_PUSH, FrameType.KEEPALIVE, FrameType.ERROR];
  return answers.includes(type) ? "rocket" : "other";
}
