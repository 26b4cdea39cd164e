/** The options of `connect` and `serve` by what they are to hold, and whether a value is none for certain. */
import { GETTER_CHANGES, GETTER_THROWS, valueOf } from "./domain.ts";

/** What an option is to hold; `never`: it means nothing here. */
export type Kind = "number" | "flag" | "choice" | "function" | "list" | "object" | "unknown" | "never";

const numbers = (...names: string[]): Record<string, Kind> => Object.fromEntries(names.map((name) => [name, "number"]));

const SHARED: Readonly<Record<string, Kind>> = {
  ...numbers("maxFrameBytes", "maxStringBytes", "maxDepth", "maxUnsentBytes", "stallTimeoutMs"),
  ...numbers("streamItems", "streamBytes", "connectionBytes", "maxStreams", "keepaliveMs", "compressFromBytes"),
  utf8: "choice",
  keepUnknown: "flag",
  interceptors: "list",
  frobnicate: "unknown",
};

export const CONNECT_OPTIONS: Readonly<Record<string, Kind>> = {
  ...SHARED,
  ...numbers("timeoutMs", "connectTimeoutMs", "maxQueuedCalls"),
  protocol: "choice",
  encoding: "choice",
  backoff: "object",
  zlib: "flag",
  path: "choice",
  compressRequests: "flag",
  replyCompression: "choice",
  checksums: "flag",
  datagrams: "never",
  // Beside a dialer.
  tls: "never",
};

export const SERVE_OPTIONS: Readonly<Record<string, Kind>> = {
  ...SHARED,
  ...numbers("maxConnections", "maxCalls", "maxRunningCalls", "queueTimeoutMs", "maxConnectionCalls"),
  ...numbers("maxConnectionRequestBytes", "openingTimeoutMs"),
  oldBinary: "flag",
  onError: "function",
  replyOrder: "choice",
};

/** Whether CONFIGURATION is the only right answer to such an option. */
export function isHopeless(kind: Kind, name: string): boolean {
  if (name === GETTER_THROWS || name === GETTER_CHANGES) return false;
  const value = valueOf(name);
  if (value === undefined || value === null) return false;
  switch (kind) {
    case "number":
      return typeof value !== "number" || Number.isNaN(value) || value < 0;
    case "flag":
      return typeof value !== "boolean";
    case "function":
      return typeof value !== "function";
    case "list":
      return !Array.isArray(value);
    case "choice":
      return typeof value === "number" || typeof value === "bigint" || typeof value === "symbol" || value === "text";
    case "object":
      return typeof value !== "object";
    case "unknown":
      return true;
    case "never":
      return value !== false;
  }
}
