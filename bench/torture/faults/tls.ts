/** Certificates that must not be believed, and one that takes another's place. */
import { once } from "node:events";
import { connect } from "node:tls";
import { type TestAuthority, testAuthority } from "../../../test/helpers/certificates.ts";
import type { Fault } from "../fault.ts";
import type { ShownCertificate } from "../system.ts";
import { worst } from "../verdict.ts";

function unbelievable(name: string, sign: (authority: TestAuthority) => Promise<ShownCertificate>): Fault {
  return {
    name,
    async run(lab) {
      const authority = await testAuthority();
      const server = await lab.server({ tls: await sign(authority) });
      const client = await lab.client({ port: server.port, authority: authority.cert });
      return client.judged({ count: 10 }, { answered: "none", never: "unknown" });
    },
  };
}

const rotated: Fault = {
  name: "TLS with a rotated certificate",
  async run(lab) {
    const authority = await testAuthority();
    const server = await lab.server({ tls: await authority.sign("old") });
    const old = await lab.client({ port: server.port, authority: authority.cert });
    await old.warmUp();
    if (!(await server.replaceCertificate(await authority.sign("new")))) return undefined;
    if ((await shownName(server.port, authority.cert)) !== "new") throw new Error("the old certificate is still shown");
    const young = await lab.client({ port: server.port, authority: authority.cert });
    return worst(
      ["old connection", await old.judged({}, { answered: "all" })],
      ["new connection", await young.judged({}, { answered: "all" })],
    );
  },
};

async function shownName(port: number, ca: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", ca, ALPNProtocols: ["h2", "thrift"] });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

const DAY_MS = 86_400_000;

export const tlsFaults: readonly Fault[] = [
  unbelievable("TLS with an expired certificate", (authority) =>
    authority.sign("expired", { notAfter: new Date(Date.now() - DAY_MS) }),
  ),
  unbelievable("TLS with a certificate for another host", (authority) =>
    authority.sign("other", { host: "other.test" }),
  ),
  unbelievable("TLS with a certificate of another authority", async () => (await testAuthority()).sign("stranger")),
  rotated,
];
