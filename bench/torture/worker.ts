/** The two processes of a torture: a server of one system, and a client of it. */
import { createRequire } from "node:module";
import type { Answers } from "../answers.ts";
import { usage } from "../rpc/worker.ts";
import { type CallOrder, type CallReport, makeCalls } from "./report.ts";
import type { ClientOptions, ServerOptions, ShownCertificate, TortureClient, TortureServer } from "./system.ts";
import { systems } from "./systems.ts";

export interface TortureRole {
  readonly system: string;
}

export async function tortureServerWorker({ system }: TortureRole): Promise<Answers> {
  const { serve } = await systems.get(system)!.load();
  let server: TortureServer | undefined;
  return {
    listen: async (options: ServerOptions): Promise<number> => {
      server = await serve(options);
      return server.port;
    },
    replaceCertificate: (certificate: ShownCertificate): boolean => {
      server!.replaceCertificate?.(certificate);
      return server!.replaceCertificate !== undefined;
    },
    usage,
  };
}

export async function tortureClientWorker({ system }: TortureRole): Promise<Answers> {
  const names = inventNames();
  const { connect } = await systems.get(system)!.load();
  let client: TortureClient | undefined;
  return {
    open: (options: ClientOptions): void => void (client = connect(options)),
    calls: (order: CallOrder): Promise<CallReport> => makeCalls(client!, order),
    /** From now on `name` is at that address, for whoever looks it up. */
    name: ({ name, address }: { name: string; address: string }): void => void names.set(name, address),
    usage,
  };
}

type LookupCallback = (error: Error | null, address: unknown, family?: number) => void;

/** Puts names of ours before the system's resolver, for all of Node: the process's libraries must not know. */
function inventNames(): Map<string, string> {
  const names = new Map<string, string>();
  const dns = createRequire(import.meta.url)("node:dns") as typeof import("node:dns");
  const { lookup } = dns;
  const { lookup: lookupPromise } = dns.promises;
  dns.lookup = ((name: string, options: { all?: boolean } | LookupCallback, callback?: LookupCallback) => {
    const done = (typeof options === "function" ? options : callback)!;
    const address = names.get(name);
    if (address === undefined) return lookup(name, options as never, callback as never);
    const all = typeof options === "object" && options?.all === true;
    setImmediate(() => (all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
  }) as typeof dns.lookup;
  dns.promises.lookup = (async (name: string, options: { all?: boolean }) => {
    const address = names.get(name);
    if (address === undefined) return lookupPromise(name, options);
    return options?.all === true ? [{ address, family: 4 }] : { address, family: 4 };
  }) as typeof dns.promises.lookup;
  return names;
}
