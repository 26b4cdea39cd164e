/**
 * Procedures behind a server's interceptors, of which there is one chain for all of them. Knows nothing of names or connections.
 */
import { types } from "node:util";
import type { HandlerContext } from "../call/call.ts";
import { chainInterceptors, type Interceptor, mayFailUnseen } from "../call/interceptor.ts";
import type { Procedure } from "../call/procedure.ts";
import { ThriftError } from "../errors/errors.ts";

/** Gives a procedure that goes through the interceptors. */
export type Intercept = (procedure: Procedure) => Procedure;

/** Makes each of `interceptors` once; where there are none, procedures stay as they are. */
export function interceptingWith(interceptors: readonly Interceptor[] | undefined): Intercept {
  const invoke = chainInterceptors(interceptors, async ({ procedure, args, context }) => {
    const carriesOut = asProcedure(procedure);
    const given = await carriesOut.invoke([...args], context as HandlerContext);
    if (carriesOut.method.kind === "sink") mayFailUnseen(finalOf(given));
    return given;
  });
  if (invoke === undefined) return (procedure) => procedure;
  return (procedure) => {
    const { method } = procedure;
    const call = { side: "server", method, wireName: method.nameBytes, options: {}, procedure } as const;
    return { method, invoke: (args, context) => invoke({ ...call, args, context }) };
  };
}

function asProcedure(handedOn: object | undefined): Procedure {
  if (handedOn !== undefined) return handedOn as Procedure;
  throw new ThriftError("CONFIGURATION", "an interceptor handed on a call of its own making: copy the one that it got");
}

/** The final response that a sink's handler gives beside the first: an interceptor may drop both. Asks no getter. */
function finalOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null || types.isProxy(given)) return undefined;
  return Object.getOwnPropertyDescriptor(given, "final")?.value as unknown;
}
