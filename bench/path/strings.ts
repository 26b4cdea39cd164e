/** Strings by length, ASCII: our way beside Node's native methods, nanoseconds each way. */
import { getUtf8, putUtf8 } from "../../lib/wire/utf8.ts";
import type { Sample } from "../case.ts";
import { asciiText } from "../fixtures/messages.ts";
import { operationsPerCpuSecond } from "../measure/cpu-slice.ts";

const LENGTHS = [4, 9, 16, 24, 32, 64, 1024];

interface NativeText {
  utf8Write(text: string, offset: number): number;
  utf8Slice(start: number, end: number): string;
}

interface Way {
  put(b: Buffer, text: string): number;
  get(b: Buffer, end: number): string;
}

export const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ["scrimp", { put: (b, text) => putUtf8(b, 0, text), get: (b, end) => getUtf8(b, 0, end, "check") }],
  [
    "utf8Write, utf8Slice",
    {
      put: (b, text) => (b as unknown as NativeText).utf8Write(text, 0),
      get: (b, end) => (b as unknown as NativeText).utf8Slice(0, end),
    },
  ],
]);

export function measureStrings(way: Way, ms: number): Sample[] {
  const each = ms / LENGTHS.length / 2;
  return LENGTHS.flatMap((length) => {
    const texts = Array.from({ length: 16 }, (_, i) => asciiText(length + 16).slice(i, i + length));
    const out = Buffer.allocUnsafeSlow(4096);
    const inputs = texts.map((text) => Buffer.from(text));
    const put = operationsPerCpuSecond((i) => way.put(out, texts[i]!), texts.length, each);
    const get = operationsPerCpuSecond((i) => way.get(inputs[i]!, length), texts.length, each);
    return [
      { metric: `write ${length}`, unit: "ns", value: 1e9 / put },
      { metric: `read ${length}`, unit: "ns", value: 1e9 / get },
    ];
  });
}
