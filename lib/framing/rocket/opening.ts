/** How a Rocket connection begins, as a row of the table by which a server finds out what its client speaks. */
import { type BytePattern, is, masked, type Opening, opening } from "../detect.ts";

/** `00 ll ll | 00 00 00 00 | 04 00 | 00 01 00 00`: SETUP of RSocket 1.0 below 64 KiB on stream 0; the type in six bits, none of the low flags. */
const ROCKET: BytePattern = [
  is(0),
  undefined,
  undefined,
  is(0),
  is(0),
  is(0),
  is(0),
  masked(0xfc, 0x04),
  masked(0x3f),
  is(0),
  is(1),
  is(0),
  is(0),
];

/** The row of Rocket. */
export function rocketOpening<T>(leadsTo: T): Opening<T> {
  return opening("rocket", ROCKET, leadsTo);
}
