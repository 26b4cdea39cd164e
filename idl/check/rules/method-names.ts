/** Names of methods: each once in a service and all that it extends. */
import type { Method, Module, Service } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import { MAX_DEPTH } from "../../syntax/depth.ts";
import type { Report } from "./rule.ts";

export function methodNames(module: Module, report: Report): void {
  const names = new Map<Service, ReadonlyMap<string, Method>>();
  for (const service of module.services) {
    const own = new Map<string, Method>();
    for (const method of service.methods) {
      const twin = own.get(method.name);
      const first = twin === undefined ? findInherited(method.name, service, names) : { method: twin, service };
      if (first !== undefined) complain(method, first, report);
      if (twin === undefined) own.set(method.name, method);
    }
  }
}

interface Found {
  readonly method: Method;
  readonly service: Service;
}

function findInherited(
  name: string,
  service: Service,
  names: Map<Service, ReadonlyMap<string, Method>>,
): Found | undefined {
  let parent = service.extends;
  for (let depth = 0; parent !== undefined && parent !== service && depth < MAX_DEPTH; depth++) {
    const method = methodsOf(parent, names).get(name);
    if (method !== undefined) return { method, service: parent };
    parent = parent.extends;
  }
  return undefined;
}

function methodsOf(service: Service, names: Map<Service, ReadonlyMap<string, Method>>): ReadonlyMap<string, Method> {
  let methods = names.get(service);
  if (methods === undefined) {
    methods = new Map(service.methods.map((method) => [method.name, method]));
    names.set(service, methods);
  }
  return methods;
}

function complain(method: Method, first: Found, report: Report): void {
  const related = [
    { source: first.service.module.source, span: first.method.node.name.span, message: "first defined here" },
  ];
  report(
    "duplicate-method",
    method.node.name.span,
    `method ${quote(method.name)} is already defined in ${first.service.kind} ${quote(first.service.name)}`,
    { related },
  );
}
