/** What a server's session over HTTP needs of those who carry out requests: each is chosen by the content type that it reads. */
import type { Buffer } from "node:buffer";
import type { Connection } from "../../connection/connection.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { ServerSessionOwner } from "../session.ts";
import type { HttpReplyWriter } from "./reply-writer.ts";

/** What contents get of the session that they belong to. */
export interface HttpContentHost {
  readonly connection: Connection;
  readonly dispatcher: ServerSessionOwner;
  /** Where answers are owed and written. */
  readonly replies: HttpReplyWriter;
  /** To be called when a handler has ended. */
  onCallEnded(): void;
}

/** Makes the contents of one connection, in the order in which they are asked. */
export type OpenContents = (host: HttpContentHost) => readonly HttpContent[];

/** Carries out the requests of one connection that have its content type. */
export interface HttpContent {
  /** Whether it reads bodies of this type, as `Content-Type` says it; undefined where a request does not say. */
  accepts(type: string | undefined): boolean;
  /** Takes a request in: it is answered exactly once, now or later. `body` is only valid during this call. Throws DecodeError for what it cannot read. */
  onRequest(body: Buffer, headers: CallHeaders): void;
  /** Handlers that run, whether they were answered or not. */
  readonly size: number;
  /** The connection is over. Called once. */
  abandon(error: ConnectionError): void;
}
