import t from "tap";
import { memory } from "../../../lib/transport/memory.ts";
import { transportContract } from "../../contract/transport.ts";

transportContract(t, "memory", () => {
  const link = memory();
  return { listener: link.listener, dialer: () => link.dialer };
});
