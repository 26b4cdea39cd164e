/** What a peer must offer for its streams to be measured: a server, and a client on one connection. */

export interface StreamContender {
  readonly name: string;
  /** `itemBytes`: the length of every item. */
  serve(itemBytes: number): Promise<StreamServer>;
  connect(port: number, itemBytes: number): Promise<StreamClient>;
}

export interface StreamServer {
  readonly port: number;
  /** Items that it has sent in `receive` streams until now. */
  sent(): number;
  close(): void;
}

export interface StreamClient {
  /** One stream that the server fills for `ms`; resolves after its end to the items that arrived, each looked at. */
  receive(ms: number): Promise<number>;
  /** One stream that the client fills for `ms`; resolves to the items that the server says it got: as many as were sent. */
  send(ms: number): Promise<number>;
  close(): void;
}

/** A peer whose connections carry many things at once. */
export interface SharingContender extends StreamContender {
  connect(port: number, itemBytes: number): Promise<SharingClient>;
}

export interface SharingClient extends StreamClient {
  /** Opens one more stream; resolves at its first item, after which the server sends nothing and the client waits. */
  rest(): Promise<void>;
  /** A call with the small message there and back. */
  small(): Promise<void>;
  /** A call whose answer has so many bytes. */
  big(bytes: number): Promise<void>;
}
