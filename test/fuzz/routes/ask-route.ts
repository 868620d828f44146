import type { Outcome } from "../play/target.ts";
import type { Operation } from "./operations.ts";
import type { FuzzedRequest } from "./requests.ts";

export interface AskedGateway {
  readonly url: string;
  /** Of the user who asks. */
  readonly token: string;
}

const EVENT_STREAM = "text/event-stream";
const PROBLEM = "application/problem+json";
/** The mesh may be busy, and a route may need a service that does not answer in time; any other 5xx is a fault. */
const NO_FAULTS: ReadonlySet<number> = new Set([503, 504]);
const TIMEOUT_MS = 20_000;

/**
 * Sends a request to the gateway; resolves to what came of it. Without an answer in time it is sent once more: the run
 * may have been stopped meanwhile.
 */
export async function askRoute(
  gateway: AskedGateway,
  operation: Operation,
  request: FuzzedRequest,
): Promise<Outcome> {
  const ask = () => askOnce(gateway, operation, request);
  return ask()
    .catch(ask)
    .catch((error: Error) => ({ status: error.name, fault: `${error}: ${wordsOf(request)}` }));
}

async function askOnce(
  { url, token }: AskedGateway,
  operation: Operation,
  request: FuzzedRequest,
): Promise<Outcome> {
  const { method, url: path, headers, body } = request;
  const leave = new AbortController();
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
    redirect: "manual",
    signal: AbortSignal.any([leave.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const status = String(answer.status);
  const type = answer.headers.get("content-type") ?? "";
  if (answer.ok && type.startsWith(EVENT_STREAM)) {
    leave.abort();
    return { status };
  }
  const text = await answer.text();
  const wrong = wrongIn(answer, operation, type, text);
  if (wrong === undefined) return { status };
  const said = `${wrong}${status} ${type} ${text.slice(0, 400)}`;
  return { status, fault: `${said}: ${wordsOf(request)}` };
}

function wordsOf({ method, url, headers, body }: FuzzedRequest): string {
  return `${method} ${url} ${JSON.stringify(headers)} ${body ?? ""}`;
}

function wrongIn(
  answer: Response,
  { statuses }: Operation,
  type: string,
  text: string,
): string | undefined {
  if (answer.status >= 500 && !NO_FAULTS.has(answer.status)) return "";
  if (answer.ok) return statuses.includes(String(answer.status)) ? undefined : "undocumented: ";
  return isProblem(answer, type, text) ? undefined : "no problem details: ";
}

function isProblem(answer: Response, type: string, text: string): boolean {
  if (!type.startsWith(PROBLEM)) return false;
  const problem: unknown = JSON.parse(text);
  if (typeof problem !== "object" || problem === null) return false;
  const { status, detail, request_id: id } = problem as Readonly<Record<string, unknown>>;
  return (
    status === answer.status &&
    typeof detail === "string" &&
    id === answer.headers.get("x-request-id")
  );
}
