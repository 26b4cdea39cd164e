/** All codecs that are measured, in the order of the tables. */
import { avsc } from "../peers/codec/avsc.ts";
import { json } from "../peers/codec/json.ts";
import { msgpackrPlain, msgpackrRecords, msgpackrReused } from "../peers/codec/msgpackr.ts";
import { protobufEs } from "../peers/codec/protobuf-es.ts";
import { protobufjs } from "../peers/codec/protobufjs.ts";
import { thriftBinary, thriftCompact } from "../peers/codec/thrift.ts";
import type { CodecContender } from "./codec.ts";

export const codecContenders: readonly CodecContender[] = [
  msgpackrRecords,
  msgpackrReused,
  msgpackrPlain,
  avsc,
  protobufjs,
  protobufEs,
  json,
  thriftBinary,
  thriftCompact,
];
