/** Compares the methods of a service, inherited ones too. */
import type { MethodSchema, ServiceSchema, StreamSchema, TypeSchema } from "../../lib/schema/schema.ts";
import { compareArguments, compareThrows, type Pair } from "./fields.ts";
import type { ChangeList } from "./rules.ts";
import { compareTypes, typeText } from "./types.ts";

export function compareServices(changes: ChangeList, pair: Pair<ServiceSchema>): void {
  const old = pair.oldNames.methods(pair.oldPlace.module, pair.old.name);
  const now = pair.newNames.methods(pair.newPlace.module, pair.now.name);
  for (const [name, before] of old) {
    const after = now.get(name);
    if (after === undefined) changes.add("method-removed", `method ${name} is gone`, before.place, pair.newPlace);
    else
      compareMethods(changes, {
        ...pair,
        old: before.schema,
        now: after.schema,
        oldPlace: before.place,
        newPlace: after.place,
      });
  }
}

function compareMethods(changes: ChangeList, pair: Pair<MethodSchema>): void {
  const { old, now, oldPlace, newPlace } = pair;
  compareArguments(changes, { ...pair, old: old.args, now: now.args });
  if (kindOf(old) !== kindOf(now)) {
    changes.add("method-kind-changed", `${now.name} was ${kindOf(old)} and is ${kindOf(now)} now`, oldPlace, newPlace);
    return;
  }
  compareResults(changes, pair, "result", old.returns, now.returns);
  compareThrows(changes, { ...pair, old: old.throws ?? [], now: now.throws ?? [] });
  compareStreams(changes, pair, "element of the stream", old.stream, now.stream);
  compareStreams(changes, pair, "element of the sink", old.sink, now.sink);
  compareStreams(changes, pair, "final response", old.sink?.final, now.sink?.final);
}

function compareStreams(
  changes: ChangeList,
  pair: Pair<MethodSchema>,
  what: string,
  old: StreamSchema | undefined,
  now: StreamSchema | undefined,
): void {
  compareResults(changes, pair, what, old?.type, now?.type);
  compareThrows(changes, { ...pair, old: old?.throws ?? [], now: now?.throws ?? [] });
}

function compareResults(
  changes: ChangeList,
  pair: Pair<MethodSchema>,
  what: string,
  old: TypeSchema | undefined,
  now: TypeSchema | undefined,
): void {
  const { oldPlace, newPlace } = pair;
  const difference =
    old === undefined || now === undefined
      ? old === now
        ? "same"
        : "wire"
      : compareTypes(
          { names: pair.oldNames, module: oldPlace.module, type: old },
          { names: pair.newNames, module: newPlace.module, type: now },
        );
  if (difference === "same") return;
  const rule = difference === "wire" ? "method-result-changed" : "method-result-form-changed";
  changes.add(
    rule,
    `${what} of ${pair.now.name} was ${resultText(old)} and is ${resultText(now)} now`,
    oldPlace,
    newPlace,
  );
}

function resultText(type: TypeSchema | undefined): string {
  return type === undefined ? "void" : typeText(type);
}

function kindOf(method: MethodSchema): string {
  if (method.oneway) return "oneway";
  if (method.sink) return method.stream ? "bidirectional" : "a sink";
  return method.stream ? "a stream" : "a call with one answer";
}
