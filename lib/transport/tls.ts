/**
 * TLS over TCP: dialers, and listeners that take encrypted and plain connections on one port, told apart by their first byte.
 * Knows certificates and handshakes, not what is said inside.
 *
 *     ClientHello   16 03 vv ll ll 01        a frame's length would be 369 MB there, which none may be
 */
import { X509Certificate } from "node:crypto";
import { type AddressInfo, isIP, type Server, type Socket } from "node:net";
import {
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  TLSSocket,
  connect as tlsConnect,
} from "node:tls";
import { domainToASCII } from "node:url";
import { ConnectionError } from "../errors/errors.ts";
import { bound, byType, flag, kind, list, patience, secret, text } from "../options/kinds.ts";
import { badOption, configuration, type Kind, type OptionTable, readOptions } from "../options/options.ts";
import type { PeerIdentity, Platform } from "../platform/platform.ts";
import { formatHostPort, HOST, LISTEN_PORT, PORT } from "./address.ts";
import { closeServer, listenSocket, openSocket, probeSocket, SocketTransport } from "./socket.ts";
import type { Dialer, Listener, Transport } from "./transport.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** What may be spoken inside, in the order in which a server picks: `rs` is Rocket to fbthrift. */
export const ALPN_PROTOCOLS: readonly string[] = ["rs", "thrift", "http/1.1"];

const CLIENT_HELLO = 0x16;
/** The fatal alert "unexpected message": a client that speaks in the clear learns that this is TLS. */
const NO_HELLO = Buffer.from([0x15, 3, 3, 0, 2, 2, 10]);
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Without a context OpenSSL refuses to resume a session whose client has shown a certificate. No other listener has the keys of its tickets. */
const SESSION_CONTEXT = "scrimp";

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
const PEM: Kind<string | Buffer> = byType<string | Buffer>({ string: text("PEM as text"), object: BYTES });
const PEMS = list(PEM, 1);
/** One certificate or several. */
const AUTHORITIES: Kind<string | Buffer | readonly (string | Buffer)[]> = {
  expects: `${PEM.expects}, or ${PEMS.expects}`,
  read: (value, name) => (Array.isArray(value) ? PEMS : PEM).read(value, name),
};

const CERTIFICATE: OptionTable<Certificate> = { cert: PEM, key: PEM, passphrase: secret };

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

/** A TLS listener whose certificate can be replaced. */
export interface TlsListener extends Listener {
  /** New connections get this certificate; open ones stay as they are. Throws CONFIGURATION, and then nothing has changed. */
  replaceCertificate(certificate: Certificate): void;
}

class TlsPlace implements TlsListener {
  readonly #port: number;
  readonly #options: TlsListenOptions;
  #context: SecureContext;
  #server: Server | undefined;
  readonly #greeting = new WaitingRoom<Socket>((socket) => socket.destroy());

  constructor(port: number, options: TlsListenOptions) {
    this.#port = port;
    this.#options = options;
    this.#context = servingContext(options, options.clientAuthorities);
  }

  replaceCertificate(certificate: Certificate): void {
    const read = readOptions<Certificate>("replaceCertificate", certificate, CERTIFICATE);
    this.#context = servingContext(read, this.#options.clientAuthorities);
  }

  async listen(
    platform: Platform,
    accept: (transport: Transport) => void,
    onError: (error: Error) => void,
  ): Promise<string> {
    const server = platform.createServer((socket) => this.#greet(platform, socket, accept));
    this.#server = server;
    const { host } = this.#options;
    await listenSocket(server, host === undefined ? { port: this.#port } : { host, port: this.#port }, onError);
    const { address, port } = server.address() as AddressInfo;
    return formatHostPort(address, port);
  }

  close(): Promise<void> {
    const closed = closeServer(this.#server);
    // Nobody else knows of those who have not said what they want.
    while (this.#greeting.makeRoom());
    return closed;
  }

  /** Waits for the first byte, then for the handshake if it is one. */
  #greet(platform: Platform, socket: Socket, accept: (transport: Transport) => void): void {
    if (this.#greeting.size >= (this.#options.maxHandshakes ?? 1_000)) this.#greeting.makeRoom();
    this.#greeting.enter(socket);
    const timer = platform.startTimer(this.#options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS, false, () =>
      socket.destroy(),
    );
    const done = (): void => {
      this.#greeting.leave(socket);
      platform.stopTimer(timer);
    };
    // What goes wrong before anybody listens concerns this client alone.
    socket.on("error", ignore).once("close", done);
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const take = (transport: Transport): void => {
        done();
        accept(transport);
      };
      if (first[0] === CLIENT_HELLO) this.#secure(socket, take);
      else if (this.#options.plain !== true) socket.resume().end(NO_HELLO);
      else {
        take(new SocketTransport(socket, peerOf(socket)));
        socket.resume();
      }
    });
  }

  #secure(socket: Socket, take: (transport: Transport) => void): void {
    const asks = this.#options.clientAuthorities !== undefined;
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#context,
      requestCert: asks,
      rejectUnauthorized: asks,
      ALPNProtocols: [...ALPN_PROTOCOLS],
      allowHalfOpen: true,
    } as ConstructorParameters<typeof TLSSocket>[1]);
    secured.on("error", ignore);
    secured.once("secure", () => {
      if (asks && !isAuthorized(secured)) return void secured.destroy();
      take(new ServedTransport(secured, peerOf(socket), identityOf(secured), socket));
    });
  }
}

/** A server's side. TLS passes no empty write on, so the socket below is asked. */
class ServedTransport extends SocketTransport {
  readonly #below: Socket;

  constructor(secured: TLSSocket, peer: string, identity: PeerIdentity | undefined, below: Socket) {
    super(secured, peer, identity);
    this.#below = below;
  }

  override probe(): void {
    probeSocket(this.#below);
  }
}

function ignore(): void {}

/** `secure` comes before Node has judged the chain: the verdict is asked for here. */
function isAuthorized(socket: TLSSocket): boolean {
  const verify = (socket as unknown as { _handle?: { verifyError(): Error | null } })._handle;
  return socket.authorized || verify?.verifyError() === null;
}

/** What a server shows and asks for. */
function servingContext(certificate: Certificate, authorities: TlsListenOptions["clientAuthorities"]): SecureContext {
  if (certificate.cert === undefined) throw badOption("cert", PEM.expects, undefined);
  return contextOf(certificate, authorities);
}

function contextOf(
  certificate: Partial<Certificate>,
  authorities: TlsListenOptions["clientAuthorities"],
): SecureContext {
  const { cert, key, passphrase } = certificate;
  if ((cert === undefined) !== (key === undefined))
    throw configuration("tls: cert and key go together, and one is missing");
  if (key === undefined && passphrase !== undefined)
    throw configuration("tls: passphrase opens a key, and there is none");
  for (const authority of [authorities ?? []].flat()) judgeAuthority(authority as string | Buffer);
  try {
    return createSecureContext({
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
      ...(authorities !== undefined && { ca: authorities as string | Buffer }),
      minVersion: "TLSv1.2",
      sessionIdContext: SESSION_CONTEXT,
    });
  } catch (cause) {
    throw configuration(`tls: ${(cause as Error).message}`, cause);
  }
}

/** Node takes an authority in which there is no certificate without a word, and then trusts nobody. */
function judgeAuthority(authority: string | Buffer): void {
  try {
    if (!authority.includes("-----BEGIN")) throw new Error("no PEM in it");
    new X509Certificate(authority);
  } catch (cause) {
    throw configuration(`tls: an authority is no certificate: ${(cause as Error).message}`, cause);
  }
}

function identityOf(socket: TLSSocket): PeerIdentity | undefined {
  const certificate: PeerCertificate | undefined = socket.getPeerCertificate();
  if (certificate?.subject === undefined) return undefined;
  return {
    commonName: [certificate.subject.CN].flat()[0] ?? "",
    alternativeNames: certificate.subjectaltname?.split(", ") ?? [],
    fingerprint256: certificate.fingerprint256,
  };
}

function peerOf(socket: Socket): string {
  return formatHostPort((socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, ""), socket.remotePort ?? 0);
}

/** Whom the certificate must name, and what is sent as SNI: a name without the dot at its end, and nothing for an address (RFC 6066, 3). */
function wanted(host: string): { readonly host: string; readonly servername: string } {
  const [address = host] = host.split("%");
  if (isIP(address) !== 0) return { host: address, servername: "" };
  const bare = host.replace(/\.$/, "");
  const name = domainToASCII(bare) || bare;
  return { host: name, servername: isIP(name) === 0 ? name : "" };
}

/** A way to a server, with the last session that it gave: the next handshake is shorter for it. */
class TlsDialer implements Dialer {
  readonly target: string;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectionOptions;
  #session: Buffer | undefined;

  constructor(host: string, port: number, given: TlsDialOptions, alpn: readonly string[]) {
    const options = readOptions<TlsDialOptions>("tls", given, TLS_DIAL_OPTIONS);
    if (options.unverified === true && options.authorities !== undefined)
      throw configuration("tls: unverified asks no authorities, and there are some");
    this.target = formatHostPort(HOST.read(host, "tls"), PORT.read(port, "tls"));
    this.#host = host;
    this.#port = port;
    this.#options = {
      ...wanted(options.serverName ?? host),
      secureContext: contextOf(options, options.authorities),
      rejectUnauthorized: options.unverified !== true,
      ALPNProtocols: [...alpn],
      allowHalfOpen: true,
    } as ConnectionOptions;
  }

  async dial(platform: Platform, signal: AbortSignal): Promise<Transport> {
    const { target } = this;
    const socket = await openSocket(platform, { host: this.#host, port: this.#port }, target, signal);
    const session = this.#session;
    try {
      const options = { ...this.#options, socket, ...(session && { session }) };
      return await secure(options, target, signal, (fresh) => (this.#session = fresh));
    } catch (error) {
      // It may have failed over the session.
      this.#session = undefined;
      throw session === undefined ? error : ((error as Error).cause ?? error);
    }
  }
}

/**
 * What TLS 1.3 leads to from the client's side, where a handshake is over before the server has judged the client's certificate: its
 * refusal comes as an alert instead of the first bytes.
 */
class DialledTransport extends SocketTransport {
  #heard = false;

  override onData(chunk: Buffer): void {
    this.#heard = true;
    super.onData(chunk);
  }

  override onError(error: TlsError): void {
    const refused = !this.#heard && OF_CERTIFICATE.test(error.code ?? "");
    super.onError(refused ? handshakeFailed(this.peer, error) : error);
  }
}

/** The handshake. Rejects with a ConnectionError where the next would end the same, and with the system's error. */
function secure(
  options: ConnectionOptions,
  target: string,
  signal: AbortSignal,
  onSession: (session: Buffer) => void,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const secured = tlsConnect(options).on("session", onSession);
    const fail = (error: Error): void => {
      settle();
      secured.on("error", ignore).destroy();
      reject(explained(target, error, secured.authorizationError !== null && secured.authorizationError !== undefined));
    };
    const abort = (): void => fail(signal.reason as Error);
    const closed = (): void =>
      fail(new Error(`connection to ${target} closed during the TLS handshake: does it speak TLS?`));
    const settle = (): void => {
      signal.removeEventListener("abort", abort);
      secured.off("error", fail).off("close", closed);
    };
    secured.once("error", fail).once("close", closed);
    secured.once("secureConnect", () => {
      settle();
      resolve(new DialledTransport(secured, target, identityOf(secured)));
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
}

/** What comes of bytes that are not TLS; all else that OpenSSL says of a handshake is about TLS. */
const NOT_TLS = /_(WRONG_VERSION_NUMBER|UNEXPECTED_MESSAGE|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE|UNKNOWN_PROTOCOL)$/;
/** What a server says of a client's certificate, or that there is none. Nothing says it but a handshake, and before that is over no byte is taken. */
const OF_CERTIFICATE =
  /_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)$/;
/** A server's own trouble, which may pass. */
const PASSING = /_ALERT_INTERNAL_ERROR$/;

/** As Node gives OpenSSL's. */
type TlsError = Error & { readonly code?: string; readonly reason?: string };

/** `cause`, as a ConnectionError where another attempt would end the same. */
function explained(target: string, cause: TlsError, mistrusted: boolean): Error {
  const { code = "", reason = cause.message } = cause;
  if (mistrusted) return failed(`the certificate of ${target} is not trusted: ${cause.message}`, cause);
  if (!code.startsWith("ERR_SSL_") || PASSING.test(code)) return cause;
  if (NOT_TLS.test(code)) return failed(`${target} does not speak TLS: ${reason}`, cause);
  return handshakeFailed(target, cause);
}

function handshakeFailed(target: string, cause: TlsError): ConnectionError {
  return failed(`the TLS handshake with ${target} failed: ${cause.reason ?? cause.message}`, cause);
}

function failed(text: string, cause: Error): ConnectionError {
  return new ConnectionError("CONNECT_FAILED", text, { delivery: "unsent", phase: "connect", cause });
}

function dial(host: string, port: number, options: TlsDialOptions = {}): Dialer {
  return new TlsDialer(host, port, options, ALPN_PROTOCOLS);
}

/** The same, for what is to be spoken: `alpn` is what the server is offered. */
export function tlsFor(alpn: readonly string[], host: string, port: number, options: TlsDialOptions): Dialer {
  return new TlsDialer(host, port, options, alpn);
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
