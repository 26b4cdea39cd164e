/** Ours over Rocket with one feature more than its defaults, or one less, on both sides. Messages that are compressed must be worth it. */
import { type CallOptions, type ConnectOptions, type Interceptor, type ServeOptions, tls } from "../../../lib/index.ts";
import { testAuthority } from "../../../test/helpers/certificates.ts";
import type { EchoServer, RpcContender } from "../../rpc/echo.ts";
import { connectEcho, serveEcho } from "./scrimp.ts";

interface Feature {
  readonly connect?: ConnectOptions;
  readonly serve?: ServeOptions;
  readonly call?: CallOptions;
}

/** What tracing takes along. */
const HEADERS = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "x-tenant": "alpha" };

/** Waits for the result, as one that measures or logs does. */
const waiting: Interceptor = (next) => async (call) => await next(call);

const COMPRESS_FROM_BYTES = 512;

const features: Readonly<Record<string, Feature>> = {
  "nothing extra": {},
  "+ headers": { call: { headers: HEADERS } },
  "+ deadline": { call: { timeoutMs: 5_000 } },
  "no deadline": { connect: { timeoutMs: Number.POSITIVE_INFINITY } },
  "+ interceptors": { connect: { interceptors: [waiting] }, serve: { interceptors: [waiting] } },
  "+ TLS": { connect: { tls: { unverified: true } } },
  "+ compression": {
    connect: {
      compressFromBytes: COMPRESS_FROM_BYTES,
      replyCompression: { algorithm: "zlib", fromBytes: COMPRESS_FROM_BYTES },
    },
  },
};

async function serveFeature({ connect, serve }: Feature): Promise<EchoServer> {
  if (connect?.tls === undefined) return serveEcho(undefined, serve);
  return serveEcho(tls.listen(0, await (await testAuthority()).sign("bench")), serve);
}

export function scrimpFeature(name: string): RpcContender {
  const feature = features[name]!;
  return {
    name,
    packages: [],
    serve: () => serveFeature(feature),
    connect: (port, message) => connectEcho({ ...feature.connect, protocol: "rocket" }, port, message, feature.call),
  };
}
