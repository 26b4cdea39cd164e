/**
 * The arguments of a call that cannot be written at once: a copy, taken while its caller is still at it, so that what leaves later is
 * what the call was made with. Written and read back by the codec that would send them, which also finds what does not fit. Knows no
 * queue.
 */
import { methodCodec } from "../codec/method-codec.ts";
import { binary } from "../protocol/binary.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import type { ClientCall } from "./client-call.ts";

/** False when the arguments do not fit: the call has failed. */
export function keepArguments(call: ClientCall): boolean {
  if (call.copied || call.method.arity === 0) return true;
  try {
    call.args = copyOf(call);
    call.copied = true;
    return true;
  } catch (error) {
    call.refuse(error);
    return false;
  }
}

function copyOf({ method, args }: ClientCall): unknown[] {
  const codec = methodCodec(method, binary);
  // Not shared: a getter among the arguments may make calls of its own.
  const out = new ByteWriter();
  codec.writeArgs(out, args);
  const reader = new ByteReader({ maxStringBytes: out.pos, keepUnknown: true });
  reader.lasting = true;
  reader.reset(out.buf, 0, out.pos);
  return codec.readArgs(reader);
}
