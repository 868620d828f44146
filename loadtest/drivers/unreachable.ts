/** What OpenSSL says of bytes that are no record of TLS. */
const NO_TLS = /wrong version number/;

/** What to tell when nothing answers at an address, and what to do. */
export function unreachable(address: string, cause: Error): Error {
  if (NO_TLS.test(cause.message)) {
    return new Error(`${address} answers, but not over TLS, for which it was asked.`, { cause });
  }
  return new Error(
    `No answer from ${address}: is the target running? Start it with "npm start", if it is the mesh, or give the address of one that runs. (${cause.message})`,
    { cause },
  );
}
