/** How HTTP/1 connections begin, as rows of the table by which a server finds out what its client speaks. */
import { type Opening, opening, text } from "../detect.ts";

const HTTP_VERBS = ["POST ", "GET ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH ", "CONNECT ", "TRACE "];

/** The rows of HTTP/1: every verb, because each can be told that it is refused. */
export function httpOpenings<T>(leadsTo: T): Opening<T>[] {
  return HTTP_VERBS.map((verb) => opening(`http ${verb.trim()}`, text(verb).slice(0, 4), leadsTo));
}
