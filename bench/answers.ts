/** What every measuring process gives: answers by question. */
export type Answers = Readonly<Record<string, (value: never) => unknown>>;
