/** What a stack of calls must offer to be tortured: a server that echoes, and a client whose calls have a deadline where the stack knows one. */

/** PEM: what a server shows. */
export interface ShownCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly tls?: ShownCertificate;
  /** Compress whatever is sent, however small. */
  readonly compress?: boolean;
}

export interface TortureServer {
  readonly port: number;
  /** New connections get this one; undefined where the stack has no way but to start again. */
  readonly replaceCertificate?: (certificate: ShownCertificate) => void;
}

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Speak TLS, and believe this authority only. */
  readonly authority?: string;
  /** Compress whatever is sent, and ask for the same. */
  readonly compress?: boolean;
}

/** Each call takes the milliseconds after which it should give up. None throws: they reject. */
export interface TortureClient {
  /** Sends a small struct. Resolves to whether the same came back. */
  echo(timeoutMs: number): Promise<boolean>;
  /** What the handler does is what `text` says: see handlers.ts. */
  text(text: string, timeoutMs: number): Promise<string>;
  /** Sends as many bytes. Resolves to how many came back. */
  bytes(length: number, timeoutMs: number): Promise<number>;
}

export interface System {
  serve(options: ServerOptions): Promise<TortureServer>;
  /** Does not wait for the connection. */
  connect(options: ClientOptions): TortureClient;
}
