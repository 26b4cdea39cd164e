/** What may stand where a service or a struct type is asked for: from JavaScript anything comes, a name that was misspelt as undefined. */
import { thing } from "../options/kinds.ts";
import type { Kind } from "../options/options.ts";
import type { Service } from "./service.ts";
import type { StructType } from "./types.ts";

const FROM = "as generated code exports it or `loadIdl` gives it";

export const SERVICE: Kind<Service> = thing(`a service, ${FROM}`, { methods: "object", performs: "object" });
export const STRUCT_TYPE: Kind<StructType> = thing(`the type of a struct, ${FROM}`, { codecSlots: "object" });
