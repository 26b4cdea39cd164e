import t from "tap";
import { serverSessionContract } from "../../contract/server-session.ts";
import "../../helpers/loaded-families.ts";

for (const protocol of ["rocket", "framed", "unframed", "header", "http", "header-http"] as const)
  serverSessionContract(t, { protocol });
