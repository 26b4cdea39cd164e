/**
 * How deep types, values, typedefs and the parents of services may be nested: deeper than anybody writes, and shallow enough for
 * whatever walks them, here and at run time, to be recursive.
 */
export const MAX_DEPTH = 128;
