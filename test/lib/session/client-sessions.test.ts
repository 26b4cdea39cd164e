import t from "tap";
import { connectionFamily } from "../../../lib/client/families.ts";
import { clientSessionContract } from "../../contract/client-session.ts";
import "../../helpers/loaded-families.ts";

for (const protocol of ["rocket", "framed", "unframed", "header", "http", "header-http"] as const)
  clientSessionContract(t, connectionFamily(protocol));
