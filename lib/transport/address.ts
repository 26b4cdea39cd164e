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

/** What tells hosts apart in `host:port`: an IPv4 address or a name as it stands, an IPv6 address by its network (/64), all else without a port. */
export function hostOf(address: string): string {
  const host = address.replace(/:\d+$/, "");
  return host.startsWith("[") ? `[${networkOf(host.slice(1, -1))}::/64]` : host;
}

/** The first four groups; `::` stands for as many zeros as are missing of eight. */
function networkOf(ipv6: string): string {
  const [before, after] = ipv6.split("::").map((part) => (part === "" ? [] : part.split(":"))) as [string[], string[]?];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill("0"), ...(after ?? [])].slice(0, 4).join(":");
}

/** The parts of `host:port`, `[ipv6]:port` or `unix:/path` (`unix:@name` in the abstract space). Throws CONFIGURATION. */
export function parseAddress(text: string): SocketAddress {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5).replace(/^@/, "\0") };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw badOption("address", "host:port or unix:/path", text);
  return { host: (match[1] ?? match[2]) as string, port };
}
