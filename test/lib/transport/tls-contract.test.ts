/** TLS is a transport as all others. */
import t from "tap";
import { tls } from "../../../lib/transport/tls.ts";
import { transportContract } from "../../contract/transport.ts";
import { testAuthority } from "../../helpers/certificates.ts";

const host = "127.0.0.1";
const authority = await testAuthority();
const certificate = await authority.sign("server");

transportContract(t, "tls", () => ({
  listener: tls.listen(0, { host, ...certificate }),
  dialer: (address) => tls(host, Number(address.split(":").at(-1)), { authorities: authority.cert }),
}));
