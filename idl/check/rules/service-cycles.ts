/** A service cannot extend itself, directly or through others. */
import { walk } from "../../program/cycles.ts";
import type { Module, Service } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import type { Report } from "./rule.ts";

/** Includes are not cyclic, so that such a cycle stays in its module. */
export function serviceCycles(module: Module, report: Report): void {
  walk<Service, Service>(module.services, {
    edges: ({ extends: parent }) => (parent?.module === module ? [parent] : []),
    target: (parent) => parent,
    onCycle: (path, service) => complain(path, service, report),
  });
}

function complain(path: readonly Service[], service: Service, report: Report): void {
  const name = service.node.extends;
  if (name === undefined) return;
  const others = path.filter((member) => member !== service).slice(0, 10);
  const related = others.map((member) => ({
    source: member.module.source,
    span: member.node.name.span,
    message: `which extends ${quote(member.extends?.name ?? "")}`,
  }));
  const how = others.length === 0 ? "extends itself" : `extends itself through ${quote(name.text)}`;
  report("service-cycle", name.span, `service ${quote(service.name)} ${how}`, { related });
}
