/** What both sides show and believe: contexts of OpenSSL made from options, judged when they are given, and who a peer has proven to be. */
import { X509Certificate } from "node:crypto";
import { createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from "node:tls";
import { badOption, configuration } from "../../options/options.ts";
import type { PeerIdentity } from "../../platform/platform.ts";
import { type Certificate, PEM, type TlsListenOptions } from "./options.ts";

/** Without a context OpenSSL refuses to resume a session whose client has shown a certificate. No other listener has the keys of its tickets. */
const SESSION_CONTEXT = "scrimp";

/** What a server shows and asks for. */
export function servingContext(
  certificate: Certificate,
  authorities: TlsListenOptions["clientAuthorities"],
): SecureContext {
  if (certificate.cert === undefined) throw badOption("cert", PEM.expects, undefined);
  return contextOf(certificate, authorities);
}

/** What a client shows, if it shows anything, and whom it believes. */
export function contextOf(
  certificate: Partial<Certificate>,
  authorities: TlsListenOptions["clientAuthorities"],
): SecureContext {
  const { cert, key, passphrase } = certificate;
  if ((cert === undefined) !== (key === undefined))
    throw configuration("tls: cert and key go together, and one is missing");
  if (key === undefined && passphrase !== undefined)
    throw configuration("tls: passphrase opens a key, and there is none");
  for (const authority of [authorities ?? []].flat()) judgeAuthority(authority as string | Buffer);
  try {
    return createSecureContext({
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
      ...(authorities !== undefined && { ca: authorities as string | Buffer }),
      minVersion: "TLSv1.2",
      sessionIdContext: SESSION_CONTEXT,
    });
  } catch (cause) {
    throw configuration(`tls: ${(cause as Error).message}`, cause);
  }
}

/** Node takes an authority in which there is no certificate without a word, and then trusts nobody. */
function judgeAuthority(authority: string | Buffer): void {
  try {
    if (!authority.includes("-----BEGIN")) throw new Error("no PEM in it");
    new X509Certificate(authority);
  } catch (cause) {
    throw configuration(`tls: an authority is no certificate: ${(cause as Error).message}`, cause);
  }
}

/** Who the peer has proven to be; undefined for one that has shown no certificate. */
export function identityOf(socket: TLSSocket): PeerIdentity | undefined {
  const certificate: PeerCertificate | undefined = socket.getPeerCertificate();
  if (certificate?.subject === undefined) return undefined;
  return {
    commonName: [certificate.subject.CN].flat()[0] ?? "",
    alternativeNames: certificate.subjectaltname?.split(", ") ?? [],
    fingerprint256: certificate.fingerprint256,
  };
}

/** `secure` comes before Node has judged the chain: the verdict is asked for here. */
export function isAuthorized(socket: TLSSocket): boolean {
  const verify = (socket as unknown as { _handle?: { verifyError(): Error | null } })._handle;
  return socket.authorized || verify?.verifyError() === null;
}
