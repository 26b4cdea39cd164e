/**
 * What a server answers in place of a reply that is more than three times its request, to an address that may be forged. Our own
 * clients then ask again with an envelope, and so with a cookie.
 */
export const REPLY_WITHHELD = "reply withheld: send a larger request or a cookie";
