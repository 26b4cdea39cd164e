/**
 * Structs with many fields. V8 does not optimise a function beyond some size (about 250 fields' worth of our text), and takes long
 * for one half as large, so a wide struct is read and written by several functions.
 */

/** A struct with more fields is wide. */
export const WIDE_FIELDS = 200;
/** Fields that one function of a wide struct reads or writes. */
export const PART_FIELDS = 50;
