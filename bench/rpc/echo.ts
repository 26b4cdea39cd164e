/** What a remote-procedure-call peer must offer to be measured: a server that echoes, and a client with one connection. */
import { asciiText, fixtures, type Msg } from "../fixtures/messages.ts";

/** `small`: the Msg of 49 bytes; `text`: 1 KiB of ASCII; `binary`: 64 KiB of bytes. */
export type MessageName = "small" | "text" | "binary";

export const messageNames: readonly MessageName[] = ["small", "text", "binary"];

/** Called once a reply was decoded and looked at; with an error when the call failed or the reply is not what was sent. */
export type Done = (error?: unknown) => void;

export interface EchoClient {
  /** Sends one call. `done` is never called before this returns. */
  issue(done: Done): void;
  close(): void;
}

export interface EchoServer {
  readonly port: number;
  close(): void;
}

export interface RpcContender {
  readonly name: string;
  /** Packages whose versions the report names. */
  readonly packages: readonly string[];
  serve(): Promise<EchoServer>;
  /** One more connection. */
  connect(port: number, message: MessageName): Promise<EchoClient>;
}

/** The different small messages, with i64 held as `long` makes it. */
export function smallMessages<L>(long: (value: number) => L): Msg<L>[] {
  return fixtures("Msg", long);
}

export const TEXT: string = asciiText(1024);

export function binaryMessage(): Buffer {
  return fixtures("Blob", (n) => n)[0]!.bytes;
}

/** Takes the values in turn, for ever. */
export function inTurn<T>(values: readonly T[]): () => T {
  let i = 0;
  return () => {
    const value = values[i]!;
    i = i + 1 === values.length ? 0 : i + 1;
    return value;
  };
}

const WRONG = new Error("the reply is not what was sent");

/** A look at what came back that costs every peer the same few nanoseconds; the tests compare in full. */
export function sameMsg(sent: Msg<unknown>, got: Msg<unknown>): Error | undefined {
  return got.flags === sent.flags && got.tags.length === sent.tags.length && got.name.length === sent.name.length
    ? undefined
    : WRONG;
}

export function sameLength(sent: { length: number }, got: { length: number }): Error | undefined {
  return got.length === sent.length ? undefined : WRONG;
}
