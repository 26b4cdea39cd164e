/**
 * A protocol family as somebody might add it: lines of text, `method argument`, answered by lines in their order. It shows what a family
 * takes, and that the runtime need not know it.
 *
 *     echo hello\n    →    hello\n
 */
import { Buffer } from "node:buffer";
import { type CallHolder, type ClientCall, lostCall, type Progress } from "../../lib/call/client-call.ts";
import type { HostShare } from "../../lib/call/host-shares.ts";
import { ServerCall } from "../../lib/call/server-call.ts";
import { Connection, type Session } from "../../lib/connection/connection.ts";
import { type ConnectionError, DecodeError } from "../../lib/errors/errors.ts";
import { opening, text } from "../../lib/framing/detect.ts";
import type { FrameReader } from "../../lib/framing/framing.ts";
import type { ClientFamily, Host, ServerFamily } from "../../lib/session/family.ts";
import type { ClientSession, ClientSessionOwner, ServerSession } from "../../lib/session/session.ts";

abstract class LineSession implements Session, FrameReader {
  readonly connection: Connection;
  readonly #maxBytes: number;
  #kept = "";

  constructor(connection: Connection, maxBytes: number) {
    this.connection = connection;
    this.#maxBytes = maxBytes;
    connection.start(this, this);
  }

  abstract onLine(line: string): void;
  abstract onClose(error: ConnectionError): void;

  get partialBytes(): number {
    return this.#kept.length;
  }

  get keptBytes(): number {
    return this.#kept.length;
  }

  push(chunk: Buffer): void {
    const pieces = (this.#kept + chunk.toString("latin1")).split("\n");
    this.#kept = pieces.pop() as string;
    for (const piece of pieces) this.onLine(Buffer.from(piece, "latin1").toString());
    if (this.#kept.length > this.#maxBytes) throw new DecodeError("limit", `line above ${this.#maxBytes} bytes`);
  }

  say(line: string): void {
    if (this.connection.open) this.connection.write(Buffer.from(`${line}\n`));
  }

  destroy = (cause: Error): void => this.connection.destroy(cause);
  onEnd = (): void => this.connection.end();
  resume(): void {}
  onSent(): void {}
  onDrain(): void {}
}

class LineServerSession extends LineSession implements ServerSession {
  readonly restingSince = undefined;
  readonly #host: Host;
  readonly #share: HostShare;
  readonly #calls: ServerCall[] = [];
  #ending = false;

  constructor(connection: Connection, host: Host, maxBytes: number) {
    super(connection, maxBytes);
    this.#host = host;
    this.#share = host.load.hosts.join(connection.peer);
  }

  onLine(line: string): void {
    const name = Buffer.from(line.split(" ", 1)[0] as string);
    const procedure = this.#host.find(name, 0, name.length);
    if (procedure === undefined) return this.say(`! no method ${name}`);
    const call = new ServerCall(this.connection, procedure, 0, line.length, this.connection.now());
    this.#calls.push(call);
    this.#host.load.enter(this.#share, call.requestBytes);
    if (this.#host.code.begin(call, [line.slice(name.length + 1)], this)) this.onSettled();
  }

  onSettled(): void {
    for (let call = this.#calls[0]; call !== undefined && call.state !== "running"; call = this.#calls[0]) {
      this.#calls.shift();
      this.#host.load.leave(this.#share, call.requestBytes);
      this.say(call.state === "failed" ? "! failed" : String(call.outcome));
    }
    if (this.#ending) this.finish();
  }

  finish(): void {
    this.#ending = true;
    if (this.#calls.length === 0) this.connection.end();
  }

  onClose(error: ConnectionError): void {
    for (const call of this.#calls) call.abort(error);
    this.#host.load.hosts.part(this.#share);
    this.#host.onSessionClose(this);
  }
}

class LineClientSession extends LineSession implements ClientSession, CallHolder {
  readonly #owner: ClientSessionOwner;
  readonly #calls: ClientCall[] = [];

  constructor(connection: Connection, owner: ClientSessionOwner, maxBytes: number) {
    super(connection, maxBytes);
    this.#owner = owner;
  }

  readonly peer: string = this.connection.peer;
  readonly now = (): number => this.connection.now();
  readonly progressOf = (): Progress => ({ phase: "wait", delivery: "unknown" });
  readonly retire = (): void => this.connection.end();
  readonly release = (): void => {};

  get usable(): boolean {
    return this.connection.open;
  }

  send(call: ClientCall): boolean {
    if (!this.usable || !this.connection.hasRoom) return false;
    call.holder = this;
    this.#calls.push(call);
    this.say(`${call.method.name} ${String(call.args[0])}`);
    return true;
  }

  onLine(line: string): void {
    this.#calls.shift()?.succeed(line);
  }

  onClose(error: ConnectionError): void {
    for (const call of this.#calls) call.fail(lostCall(call, error));
    this.#owner.onSessionClose(this, [], { heard: true, error, hopeless: false });
  }
}

/** For `serve(…, { families: [lineServer] })`. */
export const lineServer: ServerFamily = {
  name: "lines",
  openings: ({ limits: { maxFrameBytes } }) => [
    opening("lines", text("echo "), (connection, host) => new LineServerSession(connection, host, maxFrameBytes)),
  ],
};

/** For `connect(…, { protocol: lineClient })`. */
export const lineClient: ClientFamily = {
  name: "lines",
  alpn: [],
  options: {},
  converse: (dialer, { platform, connectionLimits, limits: { maxFrameBytes } }) => ({
    dialer,
    open: (transport, owner) =>
      new LineClientSession(new Connection(transport, "client", platform, connectionLimits), owner, maxFrameBytes),
  }),
};
