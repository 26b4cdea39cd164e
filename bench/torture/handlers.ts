/** What the servers of all systems do with a text: they echo it, or misbehave as it says. */

export async function answerText(text: string): Promise<string> {
  if (text === "reject") throw new Error("the handler rejects");
  if (text === "never") return new Promise(() => {});
  if (text === "wrong type") return 42 as unknown as string;
  if (text === "block") blockLoop(BLOCK_MS);
  return text;
}

/** Throws before there is a promise. */
export function throwOrAnswer(text: string): Promise<string> {
  if (text === "throw") throw new Error("the handler throws");
  return answerText(text);
}

/** How long `block` keeps the event loop. */
export const BLOCK_MS = 5_000;

function blockLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
