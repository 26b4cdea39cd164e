/**
 * TLS over TCP: dialers, and listeners that take encrypted and plain connections on one port, told apart by their first byte.
 * Knows certificates and handshakes, not what is said inside.
 *
 *     ClientHello   16 03 vv ll ll 01        a frame's length would be 369 MB there, which none may be
 */
import type { AddressInfo, Server, Socket } from "node:net";
import {
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  TLSSocket,
  connect as tlsConnect,
} from "node:tls";
import { ConnectionError, ThriftError } from "../errors.ts";
import type { PeerIdentity, Platform } from "../platform.ts";
import { formatHostPort } from "./address.ts";
import { closeServer, listenSocket, openSocket, SocketTransport } from "./socket.ts";
import type { Dialer, Listener, Transport } from "./transport.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** What may be spoken inside, in the order in which a server picks: `rs` is Rocket to fbthrift. */
export const ALPN_PROTOCOLS: readonly string[] = ["rs", "thrift", "http/1.1"];

const CLIENT_HELLO = 0x16;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** PEM or DER, as `node:tls` takes them. */
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
  /** The name that the server's certificate must have. Default: the host that is dialled. */
  readonly serverName?: string;
  /** Takes a server for what it says it is. For tests only. Default false. */
  readonly unverified?: boolean;
}

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
    this.#context = contextOf(options, options.clientAuthorities);
  }

  replaceCertificate(certificate: Certificate): void {
    this.#context = contextOf(certificate, this.#options.clientAuthorities);
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
    socket.once("error", ignore).once("close", done);
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const take = (transport: Transport): void => {
        done();
        accept(transport);
      };
      if (first[0] === CLIENT_HELLO) this.#secure(socket, take);
      else if (this.#options.plain !== true) socket.destroy();
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
    secured.once("error", ignore);
    secured.once("secure", () => {
      if (asks && !isAuthorized(secured)) return void secured.destroy();
      take(new SocketTransport(secured, peerOf(socket), identityOf(secured)));
    });
  }
}

function ignore(): void {}

/** `secure` comes before Node has judged the chain: the verdict is asked for here. */
function isAuthorized(socket: TLSSocket): boolean {
  const verify = (socket as unknown as { _handle?: { verifyError(): Error | null } })._handle;
  return socket.authorized || verify?.verifyError() === null;
}

function contextOf(
  certificate: Partial<Certificate>,
  authorities: TlsListenOptions["clientAuthorities"],
): SecureContext {
  try {
    return createSecureContext({
      ...(certificate.cert !== undefined && { cert: certificate.cert }),
      ...(certificate.key !== undefined && { key: certificate.key }),
      ...(certificate.passphrase !== undefined && { passphrase: certificate.passphrase }),
      ...(authorities !== undefined && { ca: authorities as string | Buffer }),
      minVersion: "TLSv1.2",
    });
  } catch (cause) {
    throw new ThriftError("CONFIGURATION", `tls: ${(cause as Error).message}`, { cause });
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

function dial(host: string, port: number, options: TlsDialOptions = {}): Dialer {
  const target = formatHostPort(host, port);
  const context = contextOf(options, options.authorities);
  return {
    target,
    async dial(platform, signal) {
      const socket = await openSocket(platform, { host, port }, target, signal);
      return secure(socket, target, host, context, options, signal);
    },
  };
}

function secure(
  socket: Socket,
  target: string,
  host: string,
  secureContext: SecureContext,
  options: TlsDialOptions,
  signal: AbortSignal,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const secured = tlsConnect({
      socket,
      secureContext,
      servername: options.serverName ?? (/^[\d.]+$|:/.test(host) ? "" : host),
      host: options.serverName ?? host,
      rejectUnauthorized: options.unverified !== true,
      ALPNProtocols: [...ALPN_PROTOCOLS],
      allowHalfOpen: true,
    } as ConnectionOptions & { allowHalfOpen: boolean });
    const fail = (error: Error): void => {
      settle();
      secured.on("error", ignore).destroy();
      reject(secured.authorizationError ? unbelieved(target, error) : error);
    };
    const abort = (): void => fail(signal.reason as Error);
    const closed = (): void => fail(new Error(`connection to ${target} closed during the TLS handshake`));
    const settle = (): void => {
      signal.removeEventListener("abort", abort);
      secured.off("error", fail).off("close", closed);
    };
    secured.once("error", fail).once("close", closed);
    secured.once("secureConnect", () => {
      settle();
      resolve(new SocketTransport(secured, target, identityOf(secured)));
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
}

function unbelieved(target: string, cause: Error): ConnectionError {
  const text = `the certificate of ${target} is not to be trusted: ${cause.message}`;
  return new ConnectionError("CONNECT_FAILED", text, { phase: "connect", cause });
}

/**
 * `tls("example.org", 9090)` leads to a server over TLS; `tls.listen(9090, { cert, key })` is a place to serve, port 0 takes a
 * free one. Throws CONFIGURATION for certificates that cannot be used.
 */
export const tls: {
  (host: string, port: number, options?: TlsDialOptions): Dialer;
  listen(port: number, options: TlsListenOptions): TlsListener;
} = Object.assign(dial, {
  listen: (port: number, options: TlsListenOptions): TlsListener => new TlsPlace(port, options),
});
