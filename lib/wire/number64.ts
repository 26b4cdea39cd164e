/**
 * Eight bytes seen as each kind of 64-bit number and as two halves: how doubles and i64 fall into bytes without an allocation.
 * Shared by all: fill it and read it without a call in between.
 */

/** The bytes as a double. */
export const f64: Float64Array = new Float64Array(1);
/** The same bytes as a signed 64-bit integer. */
export const i64: BigInt64Array = new BigInt64Array(f64.buffer);
/** The same bytes as two halves; `LOW` and `HIGH` are their places on this machine. */
export const i32: Int32Array = new Int32Array(f64.buffer);
/** The first four of these bytes as a float; `i32[0]` is the same. */
export const f32: Float32Array = new Float32Array(f64.buffer, 0, 1);

i64[0] = 1n;
/** Index of the low half in `i32`. */
export const LOW: 0 | 1 = i32[0] === 1 ? 0 : 1;
/** Index of the high half in `i32`. */
export const HIGH: 0 | 1 = LOW === 0 ? 1 : 0;

/** 2^32: what one of the high half is worth. */
export const HALF = 4294967296;
