/** The u32 of credit that three frame types carry: more than nothing, at most 2^31-1. */
import { DecodeError } from "../../errors/errors.ts";
import { type Frame, readFixedU32 } from "./frame.ts";
import { UNLIMITED_CREDIT } from "./frame-type.ts";

/** Reads the credit at the start of the frame's body. Throws DecodeError. */
export function readCredit(frame: Frame): void {
  const credit = readFixedU32(frame, frame.bodyStart, "credit");
  if (credit === 0 || credit > UNLIMITED_CREDIT)
    throw new DecodeError("invalid", `rocket credit ${credit}, must be 1 to ${UNLIMITED_CREDIT}`);
  frame.credit = credit;
}
