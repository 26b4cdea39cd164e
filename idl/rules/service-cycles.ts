/** A service cannot extend itself, directly or through others. */
import { quote } from "../diagnostic.ts";
import type { Module, Service } from "../program.ts";
import type { Report } from "./rule.ts";

export function serviceCycles(module: Module, report: Report): void {
  const reported = new Set<Service>();
  for (const service of module.services) {
    const cycle = cycleThrough(service);
    const name = service.node.extends;
    if (cycle === undefined || name === undefined || cycle.some((member) => reported.has(member))) continue;
    reported.add(service);
    const related = cycle.slice(1, 10).map((member) => ({ source: member.module.source, span: member.node.name.span, message: `which extends ${quote(member.extends?.name ?? "")}` }));
    report("service-cycle", name.span, cycle.length === 1 ? `service ${quote(service.name)} extends itself` : `service ${quote(service.name)} extends itself through ${quote(name.text)}`, { related });
  }
}

/** The services from this one back to it, or undefined. */
function cycleThrough(service: Service): Service[] | undefined {
  const path = [service];
  const seen = new Set(path);
  for (let parent = service.extends; parent !== undefined; parent = parent.extends) {
    if (parent === service) return path;
    if (seen.has(parent)) return undefined;
    seen.add(parent);
    path.push(parent);
  }
  return undefined;
}
