/** A way to a server over TLS: the handshake, what it proves, and a session to be resumed. Knows one target, not what is said inside. */
import { isIP } from "node:net";
import { type ConnectionOptions, connect as tlsConnect } from "node:tls";
import { domainToASCII } from "node:url";
import { configuration, readOptions } from "../../options/options.ts";
import type { Platform } from "../../platform/platform.ts";
import { formatHostPort, HOST, PORT } from "../address.ts";
import { openSocket, SocketTransport } from "../socket.ts";
import type { Dialer, Transport } from "../transport.ts";
import { contextOf, identityOf } from "./certificates.ts";
import { explained, handshakeFailed, OF_CERTIFICATE, type TlsError } from "./failures.ts";
import { TLS_DIAL_OPTIONS, type TlsDialOptions } from "./options.ts";

/** Whom the certificate must name, and what is sent as SNI: a name without the dot at its end, and nothing for an address (RFC 6066, 3). */
function wanted(host: string): { readonly host: string; readonly servername: string } {
  const [address = host] = host.split("%");
  if (isIP(address) !== 0) return { host: address, servername: "" };
  const bare = host.replace(/\.$/, "");
  const name = domainToASCII(bare) || bare;
  return { host: name, servername: isIP(name) === 0 ? name : "" };
}

/** A way to a server, with the last session that it gave: the next handshake is shorter for it. */
export class TlsDialer implements Dialer {
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

function ignore(): void {}
