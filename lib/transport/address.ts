/**
 * Addresses as text: `host:port`, `[::1]:port`, `unix:/path`. Knows nothing of sockets.
 */
import { ThriftError } from "../errors.ts";
import type { SocketAddress } from "../platform.ts";

/** `host:port`, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The parts of `host:port`, `[ipv6]:port` or `unix:/path` (`unix:@name` in the abstract space). Throws CONFIGURATION. */
export function parseAddress(text: string): SocketAddress {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5).replace(/^@/, "\0") };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new ThriftError("CONFIGURATION", `address: expected host:port or unix:/path, got ${JSON.stringify(text)}`);
  return { host: (match[1] ?? match[2]) as string, port };
}
