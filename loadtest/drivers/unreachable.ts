type Say = readonly [RegExp, (found: string, address: string) => string];

/** What is said of a connection by those who found something there, and what to do about each. */
const ANSWERED: readonly Say[] = [
  [
    /alert certificate required/,
    () => "but it asks for a certificate of ours: give it by --cert FILE and --key FILE.",
  ],
  [
    /alert (?:unknown ca|access denied|decrypt error|(?:bad|unsupported) certificate|certificate \w+)/,
    (found) =>
      `but it does not take our certificate (${found}): give one of an authority that it knows by --cert FILE and --key FILE.`,
  ],
  [
    /alert handshake failure/,
    (found) =>
      `but not with what TLS it was offered (${found}): it may ask for a certificate of ours, by --cert FILE and --key FILE.`,
  ],
  [/wrong version number/, () => "but not over TLS, for which it was asked."],
  [
    /self-signed certificate(?: in certificate chain)?|unable to (?:verify|get)[\w ]*certificate/,
    (found) =>
      `but who signed its certificate is not known (${found}): give that authority by --ca FILE, or believe whoever answers by --insecure.`,
  ],
  [
    /certificate has expired|certificate is not yet valid/,
    (found) => `but its ${found}: renew it, or believe whoever answers by --insecure.`,
  ],
  [
    /cert's altnames: (?!Host)[^)]*?(?=\.? Resolution|$)/,
    (found) => `but its certificate is for another name (${found}): give it by --server-name NAME.`,
  ],
  [
    /no application protocol/,
    () =>
      "over TLS, but not the protocol that was asked for: HTTP/1.1 is --target https://HOST:PORT, HTTP/2 the same with --http2, gRPC HOST:PORT with --tls.",
  ],
];

const CUT_OFF =
  /Protocol error|The server closed the connection|Last error: Failed to connect|ECONNRESET/;

/** It listens, and ends what was begun. Over TLS servers do so that ask for another certificate of ours. */
const CUT: Readonly<Record<"plain" | "tls", Say>> = {
  tls: [
    CUT_OFF,
    (_, address) =>
      `over TLS, and closed the connection: if it asks for a certificate of ours, give one that it takes by --cert FILE and --key FILE. If it speaks HTTP/1.1: give --target https://${address}, without --http2.`,
  ],
  plain: [
    CUT_OFF,
    (_, address) =>
      `but not by HTTP/2 without TLS, as gRPC and --http2 ask it. Over TLS: give --tls, of a URL https://. If it speaks HTTP/1.1: give --target http://${address}, without --http2.`,
  ],
};

/** Undefined: whether anything answers there is not known from this. */
export function answered(address: string, { message }: Error, isTls: boolean): string | undefined {
  for (const [pattern, say] of [...ANSWERED, CUT[isTls ? "tls" : "plain"]]) {
    const [found] = pattern.exec(message) ?? [];
    if (found !== undefined) return `${address} answers, ${say(found, address)}`;
  }
  return undefined;
}

/** What to tell when no connection to an address comes about, and what to do. */
export function unreachable(address: string, cause: Error, isTls = false): Error {
  const told =
    answered(address, cause, isTls) ??
    `No answer from ${address}: is the target running? Start it with "npm start", if it is the mesh, or give the address of one that runs. (${cause.message})`;
  return new Error(told, { cause });
}
