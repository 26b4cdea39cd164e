/** Services that extend one another in a chain have an end soon. */
import type { Module, Service } from "../../program/program.ts";
import { quote } from "../../source/diagnostic.ts";
import { MAX_DEPTH } from "../../syntax/depth.ts";
import type { Report } from "./rule.ts";

/** Said of the first that goes too far: those that extend it do so too. */
export function serviceDepth(module: Module, report: Report): void {
  for (const service of module.services) {
    const parent = service.node.extends;
    if (parent === undefined || countParents(service) !== MAX_DEPTH + 1) continue;
    report("nesting-too-deep", parent.span, `service ${quote(service.name)} has more than ${MAX_DEPTH} parents`);
  }
}

/** Up to two more than the limit: so many has a service in a cycle, which is another mistake. */
function countParents(service: Service): number {
  let count = 0;
  for (let at = service.extends; at !== undefined && count < MAX_DEPTH + 2; at = at.extends) count++;
  return count;
}
