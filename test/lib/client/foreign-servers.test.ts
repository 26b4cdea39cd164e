/** A server that answers in another protocol: calls fail at once, and the text says what it looks like and what to set. */
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { Calculator } from "../../helpers/calculator.ts";

const ANSWERS: Readonly<Record<string, string>> = {
  "an HTTP answer": Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").toString("hex"),
  "a TLS alert": "15030300020246",
  "an HTTP/2 answer": "000000040000000000",
  "framed Thrift": "000000118001000200000004 6563686f 00000001 00",
  "unframed Thrift": "8001000200000004 6563686f 00000001 00",
  THeader: "0000002a0fff00000000000100040200",
  Rocket: "00000a00000000 2c00 00000001 6e6f 6f",
};
/** What each protocol's own server may say. */
const OWN: Readonly<Record<string, string>> = {
  rocket: "Rocket",
  framed: "framed Thrift",
  unframed: "unframed Thrift",
  header: "THeader",
  http: "an HTTP answer",
};
const SPOKEN = { ...OWN, http: "HTTP" } as Readonly<Record<string, string>>;

for (const protocol of ["rocket", "framed", "unframed", "header", "http"] as const) {
  t.test(`${protocol}: names what came instead`, async (t) => {
    for (const [name, hex] of Object.entries(ANSWERS)) {
      // RSocket and HTTP/2 begin alike.
      if (OWN[protocol] === name || (protocol === "rocket" && name === "an HTTP/2 answer")) continue;
      for (const piece of [1, 1_000]) {
        const link = memory();
        await link.listener.listen(
          nodePlatform,
          (transport) => {
            transport.start({
              onData() {
                const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
                for (let at = 0; at < bytes.length; at += piece) transport.write(bytes.subarray(at, at + piece));
              },
              onDrain() {},
              onEnd: () => transport.end(),
              onClose() {},
            });
          },
          t.error,
        );
        const channel = connect(link.dialer, { protocol, timeoutMs: 20_000 });
        const started = performance.now();
        const error = await createClient(Calculator, channel)
          .echo("x")
          .then(
            () => t.fail("an answer"),
            (error: unknown) => error as Error,
          );
        const text = `expected ${SPOKEN[protocol]}, but this looks like ${name}`;
        t.match(error, { name: "ConnectionError" }, `${protocol} ${name}`);
        t.ok((error as Error).message.includes(text), `${text}: ${(error as Error).message}`);
        t.ok(performance.now() - started < 5_000, "long before its deadline");
        await channel.close();
      }
    }
  });
}
