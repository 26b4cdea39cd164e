/**
 * RequestSetupMetadata after its key: what a client says of itself when it connects. Knows bytes and the two key forms, not
 * which versions this side speaks.
 *
 *   | u32 key 0xF09F9A80 | 2 interfaceKind i32, 3 minVersion i32, 4 maxVersion i32, 9 clientMetadata { 1 agent, 2 hostname } |
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { DecodeError } from "../../errors/errors.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI32Field, writeStringField, writeStructField } from "./metadata-fields.ts";
import { compactMetadata, type MetadataForm } from "./metadata-form.ts";

/** Stands before the struct, so that a server can tell it from another RSocket client's metadata. */
const ROCKET_KEY = 0xf09f9a80;
/** What clients older than the key send. */
const LEGACY_KEY = 1;

export interface SetupMetadata {
  /** Rocket versions that the client speaks; 0 where it does not say. */
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly agent?: string | undefined;
  readonly hostname?: string | undefined;
}

/** Key and struct, in compact. */
export function setupMetadata({ minVersion, maxVersion, agent, hostname }: SetupMetadata): Buffer {
  const e = compactMetadata.encoding;
  const w = new ByteWriter();
  w.reserve(4).writeUInt32BE(ROCKET_KEY, 0);
  w.pos = 4;
  e.writeStructBegin(w);
  const last = writeI32Field(e, w, maxVersion, 4, writeI32Field(e, w, minVersion, 3, 0));
  if (agent !== undefined || hostname !== undefined) {
    writeStructField(e, w, 9, last, () => writeStringField(e, w, hostname, 2, writeStringField(e, w, agent, 1, 0)));
  }
  e.writeStructEnd(w);
  return Buffer.from(w.view(0));
}

/** Reads the metadata that fills the reader's window. `keyNeeded`: the MIME types do not say that this is Rocket. Throws DecodeError. */
export function readSetupMetadata({ encoding: e }: MetadataForm, r: ByteReader, keyNeeded: boolean): SetupMetadata {
  const key = r.end - r.pos >= 4 ? r.buf.readUInt32BE(r.pos) : 0;
  if (key === ROCKET_KEY || key === LEGACY_KEY) r.pos += 4;
  else if (keyNeeded) throw new DecodeError("invalid", "rocket SETUP without the key that marks Rocket's metadata");
  const found = {
    minVersion: 0,
    maxVersion: 0,
    agent: undefined as string | undefined,
    hostname: undefined as string | undefined,
  };
  readFields(e, r, (tag) => {
    if (tag === ((3 << 8) | TType.I32)) found.minVersion = e.readI32(r);
    else if (tag === ((4 << 8) | TType.I32)) found.maxVersion = e.readI32(r);
    else if (tag === ((9 << 8) | TType.STRUCT)) {
      readFields(e, r, (inner) => {
        if (inner === ((1 << 8) | TType.STRING)) found.agent = e.readString(r);
        else if (inner === ((2 << 8) | TType.STRING)) found.hostname = e.readString(r);
        else return false;
        return true;
      });
    } else return false;
    return true;
  });
  if (r.pos !== r.end) throw new DecodeError("invalid", `${r.end - r.pos} bytes after the setup metadata`);
  return found;
}
