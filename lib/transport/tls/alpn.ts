/** Names of what is spoken inside TLS. */

/** What may be spoken inside, in the order in which a server picks: `rs` is Rocket to fbthrift. */
export const ALPN_PROTOCOLS: readonly string[] = ["rs", "thrift", "http/1.1"];
