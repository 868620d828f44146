/** What is said of a connection by those who found something there, and what to do about each. */
const ANSWERED: readonly (readonly [RegExp, (found: string, address: string) => string])[] = [
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
  [
    /Protocol error|The server closed the connection|Last error: Failed to connect|ECONNRESET/,
    (_, address) =>
      `but not by HTTP/2 without TLS, as gRPC and --http2 ask it. Over TLS: give --tls, of a URL https://. If it speaks HTTP/1.1: give --target http://${address}, without --http2.`,
  ],
];

/** Undefined: whether anything answers there is not known from this. */
export function answered(address: string, { message }: Error): string | undefined {
  for (const [pattern, say] of ANSWERED) {
    const [found] = pattern.exec(message) ?? [];
    if (found !== undefined) return `${address} answers, ${say(found, address)}`;
  }
  return undefined;
}

/** What to tell when no connection to an address comes about, and what to do. */
export function unreachable(address: string, cause: Error): Error {
  const told =
    answered(address, cause) ??
    `No answer from ${address}: is the target running? Start it with "npm start", if it is the mesh, or give the address of one that runs. (${cause.message})`;
  return new Error(told, { cause });
}
