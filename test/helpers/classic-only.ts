/** A server's place that plays a program of classic Thrift towards whoever begins with Rocket, in the ways that such programs have. */
import { Buffer } from "node:buffer";
import type { Listener, Transport } from "../../lib/transport/transport.ts";

/** What it does when it reads a SETUP: waits for the rest of the frame, closes, resets, or answers with something else. */
export type Bewilderment = "hangs" | "ends" | "resets" | "answers in HTTP" | "answers framed";

const ANSWERS: Readonly<Partial<Record<Bewilderment, Buffer>>> = {
  "answers in HTTP": Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
  "answers framed": Buffer.from("0000001f8221000000", "hex"),
};

/** `setups` counts those who tried. */
export function classicOnly(listener: Listener, how: () => Bewilderment | undefined): Listener & { setups: number } {
  const place = {
    setups: 0,
    close: () => listener.close(),
    listen: (platform, accept, onError) =>
      listener.listen(platform, (transport) => accept(bewildered(transport)), onError),
  } as Listener & { setups: number };
  const bewildered = (transport: Transport): Transport =>
    new Proxy(transport, {
      get(target, key) {
        if (key !== "start") {
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === "function" ? value.bind(target) : value;
        }
        const start: Transport["start"] = (events) => {
          let lost = false;
          target.start({
            onData(chunk) {
              const reaction = chunk[7] === 0x05 ? how() : undefined;
              if (reaction !== undefined) {
                lost = true;
                place.setups++;
                react(target, reaction);
              } else if (!lost) events.onData(chunk);
            },
            onDrain: () => events.onDrain(),
            onEnd: () => (lost ? target.destroy() : events.onEnd()),
            onClose: (cause) => events.onClose(cause),
          });
        };
        return start;
      },
    });
  return place;
}

function react(transport: Transport, how: Bewilderment): void {
  const answer = ANSWERS[how];
  if (answer !== undefined) transport.write(answer);
  if (how === "ends") transport.end();
  if (how === "resets") transport.destroy();
}
