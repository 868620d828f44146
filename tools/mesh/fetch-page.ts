import { get } from "node:https";
import { text } from "node:stream/consumers";
import {
  type Credentials,
  PLAINTEXT,
} from "../../services/platform/grpc/credentials/credentials.ts";

/** The text of "host:port/path" over HTTP, with TLS as the credentials say. Rejects when it has none. */
export async function fetchPage(
  page: string,
  signal: AbortSignal,
  { tls }: Credentials = PLAINTEXT,
): Promise<string> {
  if (!tls) return (await fetch(`http://${page}`, { signal })).text();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Processes of the mesh have SPIFFE ids, and any of them may be asked: the authority is what counts.
  const options = { ...tls.context, agent: false, signal, checkServerIdentity: () => undefined };
  get(`https://${page}`, options, (response) => {
    const isThere = response.statusCode === 200;
    if (isThere) text(response).then(resolve, reject);
    else reject(new Error(`${page} answers ${response.statusCode}`));
    if (!isThere) response.resume();
  }).once("error", reject);
  return promise;
}
