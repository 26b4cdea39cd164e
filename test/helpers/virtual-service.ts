/** The calculator served and called in a virtual world. */
import type { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import type { Implementation } from "../../lib/server/registry.ts";
import { type ServeOptions, type Server, serve } from "../../lib/server/server.ts";
import { tcp } from "../../lib/transport/tcp.ts";
import { Calculator, type CalculatorMethods, DivideByZero } from "./calculator.ts";
import { VirtualPlatform } from "./virtual-platform.ts";

export const PORT = 9090;

/** What the handlers saw, and the errors that nobody was told. */
export class Witness {
  readonly lines: string[] = [];
  readonly errors: unknown[] = [];
  started = 0;
}

/** Handlers of the calculator; `after` waits in the platform's time. */
export function calculator(platform: VirtualPlatform, witness: Witness): Implementation<CalculatorMethods> {
  const handlers = {
    ping(): void {},
    constructor: () => "constructor",
    toString: () => "toString",
    divide({ dividend, divisor }: { dividend: number; divisor: number }): number {
      witness.started++;
      if (divisor === 0) throw new DivideByZero({ message: `${dividend} / 0` });
      if (dividend === 666) throw new Error("secret");
      return Math.trunc(dividend / divisor);
    },
    async echo(text: string) {
      return text;
    },
    blob: (bytes: Uint8Array) => bytes as Buffer,
    after(ms: number, text: string) {
      witness.started++;
      return new Promise<string>((resolve) => platform.startTimer(ms, false, () => resolve(text)));
    },
    log: (line: string) => void witness.lines.push(line),
    sum3: (a: number, b: number, c: number) => a + b + c,
  };
  return Object.defineProperty(handlers, "__proto__", {
    value: (x: number) => x,
    enumerable: true,
  }) as unknown as Implementation<CalculatorMethods>;
}

export interface World {
  readonly platform: VirtualPlatform;
  readonly witness: Witness;
  /** Serves; again after the last server was closed. */
  up(options?: ServeOptions): Promise<Server>;
  /** Speaks framed compact unless `options` say otherwise. */
  connect(options?: ConnectOptions): { readonly channel: Channel; readonly calc: Client<CalculatorMethods> };
}

/** A world without a server yet. */
export function world(seed = 1): World {
  const platform = new VirtualPlatform(seed);
  const witness = new Witness();
  return {
    platform,
    witness,
    up: (options = {}) =>
      serve(tcp.listen(PORT), (r) => r.add(Calculator, calculator(platform, witness)), {
        platform,
        onError: (error) => witness.errors.push(error),
        ...options,
      }),
    connect(options = {}) {
      const channel = connect(tcp("10.0.0.1", PORT), { platform, protocol: "framed", ...options });
      return { channel, calc: createClient(Calculator, channel) };
    },
  };
}
