/**
 * A package registry on this machine that has this package as packed, and every other package as it lies in node_modules: what
 * a user does with npm can be done word for word, where no registry can be reached and before a version is published.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { root } from "./repository.ts";
import { runCommand } from "./run-command.ts";

/** What `npm pack` made. */
export interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

export interface LocalRegistry {
  /** For a process that runs npm: this registry, and a cache that nobody else uses. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Packs this package, as built, into `folder`. */
export async function pack(folder: string): Promise<Tarball> {
  const options = ["--json", "--ignore-scripts", "--pack-destination", folder];
  const [tarball] = JSON.parse(await runCommand(root, process.env, "npm", "pack", ...options)) as Tarball[];
  if (tarball === undefined) throw new Error("npm pack made nothing");
  return tarball;
}

/** Where `name` lies unpacked; undefined where it is not installed. */
function folderOf(name: string): string | undefined {
  const folder = name === "scrimp" ? root : join(root, "node_modules", name);
  return existsSync(join(folder, "package.json")) ? folder : undefined;
}

/** What a registry says of a package of one version. Packages for other machines are not there to be asked for. */
function packument(folder: string, origin: string): object {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version, optionalDependencies = {} } = manifest;
  const present = Object.entries(optionalDependencies).filter(([optional]) => folderOf(optional) !== undefined);
  const dist = { tarball: `${origin}/${name}/-/${version}.tgz` };
  const entry = { ...manifest, optionalDependencies: Object.fromEntries(present), dist };
  return { name, "dist-tags": { latest: version }, versions: { [version]: entry } };
}

/** npm takes off the first folder of a tarball, whatever its name is. */
function sendPacked(folder: string, response: ServerResponse): void {
  const tar = spawn("tar", ["-cz", "--exclude=node_modules", "-C", dirname(folder), basename(folder)]);
  tar.stdout.pipe(response);
}

/** The environment without what the npm that runs us has set, which is about this clone. */
function outsideEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")));
}

/** Serves the file `tarball` as `scrimp`; npm's cache goes to `folder`. */
export async function startRegistry(tarball: string, folder: string): Promise<LocalRegistry> {
  const server = createServer((request, response) => {
    const [name = "", file] = decodeURIComponent(request.url ?? "")
      .slice(1)
      .split("/-/");
    const place = folderOf(name);
    if (place === undefined) response.writeHead(404).end("{}");
    else if (file === undefined) response.end(JSON.stringify(packument(place, origin)));
    else if (name === "scrimp") createReadStream(tarball).pipe(response);
    else sendPacked(place, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      ...outsideEnvironment(),
      npm_config_registry: origin,
      npm_config_noproxy: "127.0.0.1",
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
