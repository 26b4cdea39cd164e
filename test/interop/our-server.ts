/**
 * Our server in all combinations: two services' names (plain, multiplexed) on a port, a port with TLS and a path each; which
 * framing and protocol a client speaks, the server finds out by itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Registry, type ServeOptions, serve, tcp, tls, unix } from "../../lib/index.ts";
import { certificates } from "./certificates.ts";
import { COMBINATIONS, type Combination, type Endpoint } from "./combination.ts";
import type { RunningServer } from "./peer-process.ts";

/** What handlers threw and no caller may see. */
export interface OurServer extends RunningServer {
  readonly errors: readonly unknown[];
}

/** `register` adds the services for "plain" or "multiplexed" names. */
export async function startOurServer(
  register: (registry: Registry, naming: Endpoint["naming"]) => unknown,
  combinations: readonly Combination[] = COMBINATIONS,
): Promise<OurServer> {
  const folder = mkdtempSync(join(tmpdir(), "scrimp-interop-"));
  const errors: unknown[] = [];
  const { cert, key } = await certificates();
  const options: ServeOptions = { onError: (error) => errors.push(error) };
  const start = async (naming: Endpoint["naming"]) => {
    const host = "127.0.0.1";
    const listeners = [
      tcp.listen(0, { host }),
      unix.listen(join(folder, `${naming}.sock`)),
      tls.listen(0, { host, cert, key }),
    ];
    return await serve(listeners, (registry) => register(registry, naming), options);
  };
  const servers = { plain: await start("plain"), multiplexed: await start("multiplexed") };
  const address = ({ naming, socket }: Pick<Endpoint, "naming" | "socket">): string => {
    const [port = "", path = "", securePort = ""] = servers[naming].addresses;
    if (socket === "unix") return path.replace(/^unix:/, "");
    return (socket === "tcp" ? port : securePort).replace(/^.*:/, "");
  };
  return {
    endpoints: combinations.map((combination) => ({ ...combination, address: address(combination) })),
    errors,
    stop: async () => {
      await Promise.all([servers.plain.close(), servers.multiplexed.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
