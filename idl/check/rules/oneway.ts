/** A oneway method has no reply: it returns nothing, throws nothing and streams nothing. */
import type { Method, Module } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

export function oneway(module: Module, report: Report): void {
  for (const service of module.services) {
    for (const method of service.methods) if (method.oneway) checkOneway(method, report);
  }
}

function checkOneway(method: Method, report: Report): void {
  const { node } = method;
  const name = quote(method.name);
  const hint = "a oneway method has no reply";
  if (node.returns !== undefined)
    report("oneway-result", node.returns.span, `oneway method ${name} cannot return a value`, { hint });
  if (method.throws.length > 0)
    report("oneway-result", node.throwsSpan ?? node.span, `oneway method ${name} cannot throw`, { hint });
  const stream = node.stream ?? node.sink;
  if (stream !== undefined)
    report("stream-misplaced", stream.span, `oneway method ${name} cannot have a stream or sink`, { hint });
}
