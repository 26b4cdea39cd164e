/**
 * The certificates that both sides use over TLS: one authority and one server of 127.0.0.1, made anew for each test process. Peers
 * find the files by the name of their folder; knows nothing of who speaks.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestCertificate, testAuthority } from "../helpers/certificates.ts";

export interface Certificates extends TestCertificate {
  /** The authority's certificate in PEM. */
  readonly authority: string;
  /** Holds authority.pem, server.pem and key.pem for as long as this process lives. */
  readonly folder: string;
}

let made: Promise<Certificates> | undefined;

/** The same ones at every call. */
export function certificates(): Promise<Certificates> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificates> {
  const authority = await testAuthority();
  const server = await authority.sign("interop");
  const folder = mkdtempSync(join(tmpdir(), "scrimp-certificates-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "authority.pem"), authority.cert);
  writeFileSync(join(folder, "server.pem"), server.cert);
  writeFileSync(join(folder, "key.pem"), server.key);
  return { ...server, authority: authority.cert, folder };
}
