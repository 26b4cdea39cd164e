/** TLS over TCP: dialers, and listeners that take encrypted and plain connections on one port. */
import { readOptions } from "../options/options.ts";
import { LISTEN_PORT } from "./address.ts";
import { ALPN_PROTOCOLS } from "./tls/alpn.ts";
import { TlsDialer } from "./tls/dialer.ts";
import { type TlsListener, TlsPlace } from "./tls/listener.ts";
import { TLS_LISTEN_OPTIONS, type TlsDialOptions, type TlsListenOptions } from "./tls/options.ts";
import type { Dialer } from "./transport.ts";

function dial(host: string, port: number, options: TlsDialOptions = {}): Dialer {
  return new TlsDialer(host, port, options, ALPN_PROTOCOLS);
}

function listen(port: number, options: TlsListenOptions): TlsListener {
  const read = readOptions<TlsListenOptions>("tls.listen", options, TLS_LISTEN_OPTIONS);
  return new TlsPlace(LISTEN_PORT.read(port, "tls.listen"), read);
}

/**
 * `tls("example.org", 9090)` leads to a server over TLS; `tls.listen(9090, { cert, key })` is a place to serve, port 0 takes a
 * free one. Throws CONFIGURATION for options that make no sense and certificates that cannot be used.
 */
export const tls: {
  (host: string, port: number, options?: TlsDialOptions): Dialer;
  listen(port: number, options: TlsListenOptions): TlsListener;
} = Object.assign(dial, { listen });
