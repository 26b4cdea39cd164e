/** What the process tells that nobody caught, and which sessions there are: looked at from outside, once for all stories. */
import { inspect } from "node:util";
import { Connection } from "../../../lib/connection/connection.ts";
import { describe } from "./calls.ts";
import { watchZlib } from "./zlib-watch.ts";

/** A session of which may be known what it still holds. */
interface Watched {
  readonly leftovers?: unknown;
}

const sessions: { readonly session: Watched; readonly connection: Connection }[] = [];
const wrongs: string[] = [];
let watching = false;

/** Begins to watch; once is enough for a process. */
export function watch(): void {
  if (watching) return;
  watching = true;
  watchZlib();
  process.on("uncaughtException", (error) => wrongs.push(`uncaught: ${describe(error)}${at(error)}`));
  process.on("unhandledRejection", (error) => wrongs.push(`unhandled rejection: ${describe(error)}${at(error)}`));
  process.on("warning", (warning) => wrongs.push(`warning: ${describe(warning)}`));
  const { start } = Connection.prototype;
  Connection.prototype.start = function (this: Connection, ...args: Parameters<typeof start>) {
    sessions.push({ session: args[0] as unknown as Watched, connection: this });
    return start.apply(this, args);
  };
  // What servers print when they are told nothing better: it must be printable, and is not wanted here.
  console.error = (...parts: unknown[]) => void parts.map((part) => inspect(part));
}

/** The first line of the library in a stack. */
function at(error: unknown): string {
  try {
    const line = /\/(lib\/[^)\s]+)/.exec(String((error as Error).stack));
    return line === null ? "" : ` at ${line[1]}`;
  } catch {
    return "";
  }
}

/** What went wrong since it was last asked. */
export function takeWrongs(): string[] {
  return wrongs.splice(0);
}

/** What sessions still hold, and connections that are not closed; forgets them. */
export function takeLeftovers(): string[] {
  return sessions.splice(0).flatMap(({ session, connection }) => {
    const left = typeof session.leftovers === "number" ? session.leftovers : 0;
    return [
      ...(left === 0 ? [] : [`${session.constructor.name} still holds ${left}`]),
      ...(connection.closed ? [] : [`a ${connection.side} connection is still open`]),
    ];
  });
}
