/**
 * A place to serve over TLS, which may take plain connections on the same port, told apart by their first byte. Knows handshakes, not what
 * is said inside.
 *
 *     ClientHello   16 03 vv ll ll 01        a frame's length would be 369 MB there, which none may be
 */
import type { AddressInfo, Server, Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { readOptions } from "../../options/options.ts";
import type { PeerIdentity, Platform } from "../../platform/platform.ts";
import { formatHostPort } from "../address.ts";
import { closeServer, listenSocket, probeSocket, SocketTransport } from "../socket.ts";
import type { Listener, Transport } from "../transport.ts";
import { WaitingRoom } from "../waiting-room.ts";
import { ALPN_PROTOCOLS } from "./alpn.ts";
import { identityOf, isAuthorized, servingContext } from "./certificates.ts";
import { CERTIFICATE, type Certificate, type TlsListenOptions } from "./options.ts";

const CLIENT_HELLO = 0x16;
/** The fatal alert "unexpected message": a client that speaks in the clear learns that this is TLS. */
const NO_HELLO = Buffer.from([0x15, 3, 3, 0, 2, 2, 10]);
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A TLS listener whose certificate can be replaced. */
export interface TlsListener extends Listener {
  /** New connections get this certificate; open ones stay as they are. Throws CONFIGURATION, and then nothing has changed. */
  replaceCertificate(certificate: Certificate): void;
}

/** Listens when it is told to. */
export class TlsPlace implements TlsListener {
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

function peerOf(socket: Socket): string {
  return formatHostPort((socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, ""), socket.remotePort ?? 0);
}
