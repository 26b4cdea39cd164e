/** What tracing clients in the manner of Jaeger send to an agent beside them, one datagram a batch. */
namespace scrimp.type bigint

enum TagType {
  STRING = 0,
  DOUBLE = 1,
  BOOL = 2,
  LONG = 3,
  BINARY = 4
}

/** One value, in the field that `vType` names. */
struct Tag {
  1: required string key
  2: required TagType vType
  3: optional string vStr
  4: optional double vDouble
  5: optional bool vBool
  6: optional i64 vLong
  7: optional binary vBinary
}

/** Something that happened during a span. */
struct Log {
  /** Microseconds since 1970. */
  1: required i64 timestamp
  2: required list<Tag> fields
}

enum SpanRefType {
  CHILD_OF = 0,
  FOLLOWS_FROM = 1
}

struct SpanRef {
  1: required SpanRefType refType
  2: required i64 traceIdLow
  3: required i64 traceIdHigh
  4: required i64 spanId
}

struct Span {
  1: required i64 traceIdLow
  2: required i64 traceIdHigh
  3: required i64 spanId
  /** 0 for the first span of a trace. */
  4: required i64 parentSpanId
  5: required string operationName
  6: optional list<SpanRef> references
  /** 1: sampled, 2: wanted for debugging. */
  7: required i32 flags
  /** Microseconds since 1970. */
  8: required i64 startTime
  /** Microseconds. */
  9: required i64 duration
  10: optional list<Tag> tags
  11: optional list<Log> logs
}

/** Who reports. */
struct Process {
  1: required string serviceName
  2: optional list<Tag> tags
}

/** Spans that were lost before they could be reported. */
struct ClientStats {
  1: required i64 fullQueueDroppedSpans
  2: required i64 tooLargeDroppedSpans
  3: required i64 failedToEmitSpans
}

struct Batch {
  1: required Process process
  2: required list<Span> spans
  3: optional i64 seqNo
  4: optional ClientStats stats
}

service Agent {
  oneway void emitBatch(1: Batch batch)
}
