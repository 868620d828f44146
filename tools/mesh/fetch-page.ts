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
    const { statusCode } = response;
    const refusal = (said: string) => new Error(`it answers ${statusCode}: ${said.trimEnd()}`);
    text(response).then(
      (said) => (statusCode === 200 ? resolve(said) : reject(refusal(said))),
      reject,
    );
  }).once("error", reject);
  return promise;
}
