import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What may follow a request through logs and services without harm: no spaces, quotes, line ends. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** The caller's x-request-id when it is well formed, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}
