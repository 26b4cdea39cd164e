/**
 * Calls as bytes on the wire, for what sends bytes and knows no Thrift: the raw echo and the native load program. Framed
 * compact, written by npm thrift, so that they do not depend on the code under test.
 */
import { requirePackage } from "../root.ts";
import { binaryMessage, type MessageName, smallMessages, TEXT } from "./echo.ts";

interface GeneratedClient {
  _seqid: number;
  send_echo(message: object): void;
  send_echoText(text: string): void;
  send_echoBinary(bytes: Buffer): void;
}

interface Thrift {
  TFramedTransport: new (input: undefined, onFlush: (frame: Buffer) => void) => object;
  TCompactProtocol: object;
}

/** `count` calls with the seqids 1 to `count`, each a whole frame. */
export function callFrames(message: MessageName, count: number): Buffer[] {
  const thrift = requirePackage<Thrift>("thrift");
  const Int64 = requirePackage<new (value: number) => object>("node-int64");
  const { Client } = requirePackage<{ Client: new (output: object, protocol: object) => GeneratedClient }>(
    "./bench/schema/gen/Echo.js",
  );
  const { Msg } = requirePackage<{ Msg: new (fields: object) => object }>("./bench/schema/gen/bench_types.js");

  const frames: Buffer[] = [];
  const client = new Client(
    new thrift.TFramedTransport(undefined, (frame) => frames.push(frame)),
    thrift.TCompactProtocol,
  );
  const small = smallMessages((n) => new Int64(n)).map((fields) => new Msg(fields));
  for (let seqid = 1; seqid <= count; seqid++) {
    client._seqid = seqid;
    if (message === "small") client.send_echo(small[seqid % small.length]!);
    else if (message === "text") client.send_echoText(TEXT);
    else client.send_echoBinary(binaryMessage());
  }
  return frames;
}
