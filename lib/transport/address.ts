/**
 * Addresses as text: `host:port`, `[::1]:port`, `unix:/path`; and their parts, judged. Knows nothing of sockets.
 */
import { kind, text } from "../options/kinds.ts";
import { badOption, type Kind } from "../options/options.ts";
import type { SocketAddress } from "../platform/platform.ts";

/** A host's name or address. */
export const HOST: Kind<string> = text("a host's name or address, without brackets", /^[^\s\p{Cc}[\]/]{1,255}$/u);
/** A port to connect to. */
export const PORT: Kind<number> = port(1);
/** A port to listen on: 0 takes a free one. */
export const LISTEN_PORT: Kind<number> = port(0);

function port(least: number): Kind<number> {
  const fits = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= 65_535;
  return kind(`a port from ${least} to 65535`, fits);
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The parts of `host:port`, `[ipv6]:port` or `unix:/path` (`unix:@name` in the abstract space). Throws CONFIGURATION. */
export function parseAddress(text: string): SocketAddress {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5).replace(/^@/, "\0") };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw badOption("address", "host:port or unix:/path", text);
  return { host: (match[1] ?? match[2]) as string, port };
}
