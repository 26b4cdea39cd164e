/**
 * What a server answers in place of a reply that is more than three times its request, to an address that may be forged. Our own
 * clients then ask again with an envelope, and so with a cookie. Short, because it must itself stay within that bound.
 */
export const REPLY_WITHHELD = "cookie wanted";

/** Our clients make plain requests at least so long, by zeros after them, for this answer to fit. */
export const LEAST_REQUEST_BYTES = 32;
