/** What TLS is told on either side: certificates, authorities, names and patience. Knows only options. */
import { bound, byType, flag, kind, list, patience, secret, text } from "../../options/kinds.ts";
import type { Kind, OptionTable } from "../../options/options.ts";
import { HOST } from "../address.ts";

/** PEM. */
export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Opens an encrypted key. */
  readonly passphrase?: string;
}

export interface TlsListenOptions extends Certificate {
  /** Default: every address of the machine, IPv6 and IPv4. */
  readonly host?: string;
  /** Authorities of client certificates: with them every client must show one. */
  readonly clientAuthorities?: string | Buffer | readonly (string | Buffer)[];
  /** Takes plain connections on the same port as well. Default false. */
  readonly plain?: boolean;
  /** Milliseconds that a client has for its first byte and the handshake. Default 10,000. */
  readonly handshakeTimeoutMs?: number;
  /** Connections that may be in that state at a time; for each more the oldest is closed. Default 1,000. */
  readonly maxHandshakes?: number;
}

export interface TlsDialOptions extends Partial<Certificate> {
  /** Authorities of the server's certificate. Default: Node's. */
  readonly authorities?: string | Buffer | readonly (string | Buffer)[];
  /** The name or address that the server's certificate must have; a name is sent as SNI. Default: the host that is dialled. */
  readonly serverName?: string;
  /** Takes a server for what it says it is; not beside `authorities`. For tests only. Default false. */
  readonly unverified?: boolean;
}

const BYTES: Kind<Buffer> = kind("bytes", (value) => ArrayBuffer.isView(value) && value.byteLength > 0);
export const PEM: Kind<string | Buffer> = byType<string | Buffer>({ string: text("PEM as text"), object: BYTES });
const PEMS = list(PEM, 1);
/** One certificate or several. */
const AUTHORITIES: Kind<string | Buffer | readonly (string | Buffer)[]> = {
  expects: `${PEM.expects}, or ${PEMS.expects}`,
  read: (value, name) => (Array.isArray(value) ? PEMS : PEM).read(value, name),
};

/** What each may be. */
export const CERTIFICATE: OptionTable<Certificate> = { cert: PEM, key: PEM, passphrase: secret };

/** What each may be. */
export const TLS_LISTEN_OPTIONS: OptionTable<TlsListenOptions> = {
  ...CERTIFICATE,
  host: HOST,
  clientAuthorities: AUTHORITIES,
  plain: flag,
  handshakeTimeoutMs: patience,
  maxHandshakes: bound(1),
};

/** What each may be. */
export const TLS_DIAL_OPTIONS: OptionTable<TlsDialOptions> = {
  ...CERTIFICATE,
  authorities: AUTHORITIES,
  serverName: HOST,
  unverified: flag,
};
