/** Headers of a call. */

/** Key and value pairs that travel with a call or its reply, where the connection can carry them. */
export type CallHeaders = ReadonlyMap<string, string>;

/** Decimal milliseconds that the caller waits: fbthrift's name. */
export const CLIENT_TIMEOUT_HEADER = "client_timeout";
