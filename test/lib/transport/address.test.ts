import t from "tap";
import { formatHostPort, parseAddress } from "../../../lib/transport/address.ts";

t.test("reads and writes hosts, IPv6 addresses and paths", async (t) => {
  t.same(parseAddress("localhost:9090"), { host: "localhost", port: 9090 });
  t.same(parseAddress("[::1]:1"), { host: "::1", port: 1 });
  t.same(parseAddress("unix:/run/x.sock"), { path: "/run/x.sock" });
  t.same(parseAddress("unix:@name"), { path: "\0name" });
  t.equal(formatHostPort("::1", 1), "[::1]:1");
  t.equal(formatHostPort("10.0.0.1", 80), "10.0.0.1:80");
});

t.test("refuses what is no address", async (t) => {
  for (const text of ["", "9090", "host", "host:", "host:99999", "::1:80", "unix:", "a:b:1", "host:1x"]) {
    t.throws(() => parseAddress(text), { code: "CONFIGURATION" }, text);
  }
});
