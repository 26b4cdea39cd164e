/** Headers of a call. */

/** Key and value pairs that travel with a call or its reply, where the connection can carry them. */
export type CallHeaders = ReadonlyMap<string, string>;
