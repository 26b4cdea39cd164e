/** Thrift over HTTP/1 as a family of servers. */
import { Lazy } from "../platform/lazy.ts";
import type { ServerFamily } from "../session/family.ts";

const servers = new Lazy(() => import("./http-openings.ts"));

export const httpServer: ServerFamily = {
  name: "http",
  openings: async (setting) => (await servers.load()).httpOpenings(setting),
};
