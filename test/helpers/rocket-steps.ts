/** Steps that a caller may take over Rocket, what each must see, and arbitrary ones for fast-check. Knows the streams service. */
import fc from "fast-check";
import type { Client } from "../../lib/client/client.ts";
import { ThriftError } from "../../lib/errors/errors.ts";
import type { StreamsMethods } from "./streams.ts";

/** One thing that a caller does. */
export type Step =
  | { readonly kind: "echo"; readonly text: string }
  | { readonly kind: "blob"; readonly bytes: number }
  | { readonly kind: "wait"; readonly cancel: boolean }
  | { readonly kind: "stream"; readonly last: number; readonly read: number; readonly abort: boolean }
  | { readonly kind: "sink"; readonly items: number; readonly cancel: boolean }
  | { readonly kind: "bidi"; readonly items: number; readonly read: number }
  | { readonly kind: "turns"; readonly count: number };

export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("echo" as const), text: fc.string({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant("blob" as const), bytes: fc.constantFrom(0, 100, 65_536, 200_000) }),
  fc.record({ kind: fc.constant("wait" as const), cancel: fc.boolean() }),
  fc.record({ kind: fc.constant("stream" as const), last: fc.nat(300), read: fc.nat(300), abort: fc.boolean() }),
  fc.record({ kind: fc.constant("sink" as const), items: fc.nat(200), cancel: fc.boolean() }),
  fc.record({ kind: fc.constant("bidi" as const), items: fc.nat(200), read: fc.nat(200) }),
  fc.record({ kind: fc.constant("turns" as const), count: fc.nat(5) }),
);

/** Carries a step out; throws when what it saw is wrong. Errors of ours are no mistake where the step gave up or the connection did. */
async function play(client: Client<StreamsMethods>, what: Step): Promise<void> {
  switch (what.kind) {
    case "echo":
      return same(await client.echo(`x${what.text}`), `x${what.text}`);
    case "blob":
      return same((await client.blob(Buffer.alloc(what.bytes))).length, what.bytes);
    case "wait": {
      const controller = new AbortController();
      const call = client.wait(what.cancel ? 60_000 : 0, { signal: controller.signal });
      if (what.cancel) setImmediate(() => controller.abort());
      return void (await call);
    }
    case "stream": {
      const controller = new AbortController();
      let read = 0;
      for await (const n of client.countTo(what.last + 20, { signal: controller.signal })) {
        same(n, ++read);
        if (read < what.read) continue;
        if (what.abort) controller.abort();
        else break;
      }
      return;
    }
    case "sink": {
      const sinking = client.add(Array.from({ length: what.items }, (_, i) => i));
      if (what.cancel) setImmediate(() => sinking.cancel());
      return same(await sinking, BigInt((what.items * (what.items - 1)) / 2));
    }
    case "bidi": {
      let read = 0;
      const sent = Array.from({ length: what.items }, (_, i) => `${i}`);
      for await (const item of client.upper(sent)) {
        same(item, sent[read++]);
        if (read === what.read) break;
      }
      return;
    }
    case "turns":
      for (let i = 0; i < what.count; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`saw ${String(actual)}, expected ${String(expected)}`);
}

/** Whether an error of ours may be what the step sees although nothing was disturbed. */
function givesUp(what: Step): boolean {
  return (what.kind === "stream" && what.abort) || ((what.kind === "wait" || what.kind === "sink") && what.cancel);
}

/** Takes the steps one after the other; throws when what one saw is wrong. `disturbed`: the connection may have ended meanwhile. */
export async function playAll(
  client: Client<StreamsMethods>,
  steps: readonly Step[],
  disturbed: () => boolean,
): Promise<void> {
  for (const what of steps) {
    await play(client, what).catch((error: unknown) => {
      if (!(error instanceof ThriftError) || !(disturbed() || givesUp(what))) throw error;
    });
  }
}
