/**
 * Our client's checks of the Interop service: every case three ways, then what is not a value. Knows the generated code and the
 * public API; knows nothing of peers but what they cannot do.
 */
import { randomUUID } from "node:crypto";
import { ApplicationError, type Client, createClient } from "../../lib/index.ts";
import type { Case } from "./cases.ts";
import { Checks, caught, differ, open } from "./checks.ts";
import { type Endpoint, isHttp } from "./combination.ts";
import * as idl from "./gen/interop.ts";
import { familyTypes, ownConstants } from "./implementation.ts";
import type { Result } from "./result.ts";
import { describeValue, parseValue } from "./value-words.ts";

type Interop = Client<idl.NewerMethods>;

/** What a server can do beside answering one call at a time; in our suite, npm's and ours. */
export interface ServerTraits {
  /** Answers later calls of a connection before earlier ones. */
  readonly concurrent: boolean;
}

/** Calls the server at `endpoint` with all of `cases` and says how each check went. */
export async function checkInterop(
  endpoint: Endpoint,
  cases: readonly Case[],
  traits: ServerTraits,
): Promise<readonly Result[]> {
  const channel = await open(endpoint);
  const multiplexed = endpoint.naming === "multiplexed";
  const interop = createClient(idl.Newer, channel, multiplexed ? { multiplexed: "Interop" } : {});
  const checks = new Checks(endpoint);
  for (const each of cases) await checkCase(checks, interop, each);
  await checkBehaviour(checks, interop, endpoint);
  // Over HTTP there is one call at a time on a connection, and a channel has one connection.
  if (traits.concurrent && !isHttp(endpoint))
    await checks.check("replies may come in another order", () => anotherOrder(interop));
  if (multiplexed) {
    const second = createClient(idl.Second, channel, { multiplexed: true });
    await checks.check("the second service answers beside the first", () => bothServices(interop, second));
  }
  await channel.close();
  return checks.results;
}

async function checkCase(checks: Checks, interop: Interop, { type: name, name: caseName, text }: Case): Promise<void> {
  const type = familyTypes.get(name)!;
  const methods = interop as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
  const call = (verb: string, argument: unknown): Promise<unknown> => methods[verb + name]!(argument);
  const value = parseValue(text, type);
  await checks.check(`echo ${name} ${caseName}`, async () =>
    differ(describeValue(await call("echo", value), type), text),
  );
  await checks.check(`describe ${name} ${caseName}`, async () => differ(await call("describe", value), text));
  await checks.check(`parse ${name} ${caseName}`, async () =>
    differ(describeValue(await call("parse", text), type), text),
  );
}

async function checkBehaviour(checks: Checks, interop: Interop, endpoint: Endpoint): Promise<void> {
  await checks.check("a part of a struct is read", async () =>
    differ(await interop.parsePart("(4=5,7='61',9=1,27=true)"), { medium: 5, text: "a" }),
  );
  await checks.check("constants agree", async () =>
    differ(describeValue(await interop.constants(), idl.Constants), describeValue(ownConstants, idl.Constants)),
  );
  await checks.check("void is void", async () => differ(await interop.nothing(), undefined));
  await checks.check("every argument arrives", async () =>
    differ(await interop.sum(1, 20, 300, 4_000_000_000n, 50_000, true, 600_000), "4000650322"),
  );
  await checkFailures(checks, interop);
  await checks.check("oneway does not answer", () => oneway(interop, !isHttp(endpoint)));
  await checks.check("pipelined calls find their callers", () => pipelined(interop));
}

async function checkFailures(checks: Checks, interop: Interop): Promise<void> {
  await checks.check("a declared exception arrives", async () => {
    const { code, message, leaf } = await caught(idl.Declared, interop.fail("declared"));
    return differ([code, message, leaf], [-7, "as declared", { number: 1, text: "leaf" }]);
  });
  await checks.check("another declared exception arrives", async () =>
    differ((await caught(idl.Other, interop.fail("other"))).reasons, ["one", "two"]),
  );
  await checks.check("a void method fails as declared", async () => {
    const { code, message } = await caught(idl.Declared, interop.failVoid("declared"));
    return differ([code, message], [-8, "void, as declared"]);
  });
  await checks.check("an undeclared error is an application exception", async () => {
    const { code, delivery } = await caught(ApplicationError, interop.fail("undeclared"));
    return differ([code, delivery], ["APP_ERROR", "answered"]);
  });
  await checks.check("the server's own application exception arrives", async () => {
    const error = await caught(ApplicationError, interop.fail("application"));
    return differ([typeof error.applicationType, error.delivery], ["number", "answered"]);
  });
  await checks.check("a void method fails without declaration", async () =>
    differ((await caught(ApplicationError, interop.failVoid("undeclared"))).code, "APP_ERROR"),
  );
  await checks.check("an unknown method is an application exception", async () => {
    const { code } = await caught(ApplicationError, interop.notServed("x"));
    return differ([code, await interop.who()], ["UNKNOWN_METHOD", "Interop"]);
  });
}

/** `ordered`: all calls go over one connection. Otherwise the server may be slower to begin one than we are to send another. */
async function oneway(interop: Interop, ordered: boolean): Promise<string | undefined> {
  const key = randomUUID();
  await interop.note(key, "one");
  await interop.note(key, "two");
  await interop.noteBadly(key);
  let notes = await interop.notes(key);
  for (let attempt = 0; !ordered && notes.length < 3 && attempt < 1_000; attempt++) notes = await interop.notes(key);
  return differ(ordered ? notes : [...notes].sort(), ordered ? ["one", "two", "badly"] : ["badly", "one", "two"]);
}

async function pipelined(interop: Interop): Promise<string | undefined> {
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  return differ(await Promise.all(numbers.map((number) => interop.echoI32(number))), numbers);
}

async function anotherOrder(interop: Interop): Promise<string | undefined> {
  const keys = [randomUUID(), randomUUID(), randomUUID()];
  const order: string[] = [];
  const held = Promise.all(keys.map(async (key) => order.push(await interop.hold(key))));
  // Heard below, if the calls before that do not fail.
  held.catch(() => {});
  order.push(await interop.who());
  for (const key of [...keys].reverse()) await interop.release(key);
  await held;
  return differ(order, ["Interop", ...keys.reverse()]);
}

async function bothServices(interop: Interop, second: Client<idl.SecondMethods>): Promise<string | undefined> {
  const answers = [interop.who(), second.who(), second.twice("ab"), interop.who()];
  return differ(await Promise.all(answers), ["Interop", "Second", "abab", "Interop"]);
}
