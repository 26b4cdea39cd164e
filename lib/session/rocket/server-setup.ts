/** What a server makes of a client's SETUP: the Rocket version, the form of metadata, or a refusal. Knows no connection. */
import { hasCompression } from "../../framing/compression.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode } from "../../framing/rocket/frame-type.ts";
import {
  ROCKET_BINARY_METADATA_MIME,
  ROCKET_DATA_MIME,
  ROCKET_METADATA_MIME,
  type Setup,
} from "../../framing/rocket/setup.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { binaryMetadata, compactMetadata, type MetadataForm } from "./metadata-form.ts";
import type { SetupResponse } from "./push-metadata.ts";
import { readSetupMetadata, type SetupMetadata } from "./setup-metadata.ts";
import { MAX_ROCKET_VERSION, MIN_ROCKET_VERSION } from "./versions.ts";

export type Accepted =
  | { readonly form: MetadataForm; readonly response: SetupResponse }
  | { readonly refused: string; readonly code: number };

export function acceptSetup(setup: Setup, frame: Frame, r: ByteReader): Accepted {
  if (setup.majorVersion !== 1)
    return {
      refused: `RSocket version ${setup.majorVersion}.${setup.minorVersion}, expected 1.0`,
      code: ErrorFrameCode.UNSUPPORTED_SETUP,
    };
  if (setup.resume) return { refused: "resuming is not supported", code: ErrorFrameCode.REJECTED_SETUP };
  const form = setup.metadataMimeType === ROCKET_BINARY_METADATA_MIME ? binaryMetadata : compactMetadata;
  const rocketMimes =
    setup.dataMimeType === ROCKET_DATA_MIME &&
    (form === binaryMetadata || setup.metadataMimeType === ROCKET_METADATA_MIME);
  r.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
  let metadata: SetupMetadata;
  try {
    metadata = readSetupMetadata(form, r, !rocketMimes);
  } catch (error) {
    return { refused: (error as Error).message, code: ErrorFrameCode.INVALID_SETUP };
  }
  return negotiate(form, metadata, rocketMimes);
}

function negotiate(form: MetadataForm, { minVersion, maxVersion }: SetupMetadata, rocketMimes: boolean): Accepted {
  // From version 9 on the MIME types are mandatory.
  const highest = rocketMimes ? MAX_ROCKET_VERSION : MIN_ROCKET_VERSION;
  const version = Math.min(highest, maxVersion || highest);
  if (version < MIN_ROCKET_VERSION || minVersion > highest) {
    return {
      refused: `rocket versions ${minVersion} to ${maxVersion}, expected one of ${MIN_ROCKET_VERSION} to ${highest}`,
      code: ErrorFrameCode.INVALID_SETUP,
    };
  }
  return { form, response: { version, zstdSupported: hasCompression("zstd"), lz4Supported: hasCompression("lz4") } };
}
