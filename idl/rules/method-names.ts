/** Names of methods: each once in a service and all that it extends. Runs after `serviceCycles`. */
import { quote } from "../diagnostic.ts";
import type { Method, Module, Service } from "../program.ts";
import type { Report } from "./rule.ts";

export function methodNames(module: Module, report: Report): void {
  for (const service of module.services) {
    const inherited = inheritedMethods(service);
    const own = new Map<string, Method>();
    for (const method of service.methods) {
      const first = own.get(method.name);
      const parent = inherited.get(method.name);
      if (first !== undefined) complain(method, first, service, report);
      else if (parent !== undefined) complain(method, parent.method, parent.service, report);
      if (first === undefined) own.set(method.name, method);
    }
  }
}

function complain(method: Method, first: Method, where: Service, report: Report): void {
  const related = [{ source: where.module.source, span: first.node.name.span, message: "first defined here" }];
  report("duplicate-method", method.node.name.span, `method ${quote(method.name)} is already defined in ${where.kind} ${quote(where.name)}`, { related });
}

function inheritedMethods(service: Service): ReadonlyMap<string, { method: Method; service: Service }> {
  const methods = new Map<string, { method: Method; service: Service }>();
  const seen = new Set([service]);
  for (let parent = service.extends; parent !== undefined && !seen.has(parent); parent = parent.extends) {
    seen.add(parent);
    for (const method of parent.methods) methods.set(method.name, { method, service: parent });
  }
  return methods;
}
