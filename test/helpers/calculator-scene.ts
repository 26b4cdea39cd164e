/** Handlers of the calculator whose answers can be held back, and which send back the headers that they got. */
import type { HandlerContext } from "../../lib/call/call.ts";
import type { Implementation } from "../../lib/server/registry.ts";
import { Calculator, type CalculatorMethods } from "./calculator.ts";

export { Calculator, type CalculatorMethods };

/** `echo("slow")` is answered after the next `echo("release")`; `echo("fail")` fails. */
export function calculatorHandlers(
  contexts: HandlerContext[],
  lines: string[] = [],
): Implementation<CalculatorMethods> {
  let release: () => void = () => undefined;
  const handlers = {
    ping(): void {},
    constructor: () => "constructor",
    toString: () => "toString",
    divide: () => 0,
    echo(text: string, context: HandlerContext) {
      contexts.push(context);
      for (const [name, value] of context.headers) if (name !== "client_timeout") context.setReplyHeader(name, value);
      if (text === "fail") throw new Error("secret");
      if (text === "release") release();
      if (text !== "slow") return text;
      return new Promise<string>((resolve) => (release = () => resolve(text)));
    },
    blob: (bytes: Uint8Array) => bytes as Buffer,
    after: (_ms: number, text: string) => text,
    log: (line: string) => void lines.push(line),
    sum3: (a: number, b: number, c: number) => a + b + c,
  };
  return Object.defineProperty(handlers, "__proto__", {
    value: (x: number) => x,
    enumerable: true,
  }) as unknown as Implementation<CalculatorMethods>;
}
