import type { Operation } from "./operations.ts";
import type { FuzzedRequest } from "./route.ts";

const EVENT_STREAM = "text/event-stream";
const PROBLEM = "application/problem+json";
/** The mesh may be busy, and a route may need a service that does not answer in time; any other 5xx is a fault. */
const NO_FAULTS: ReadonlySet<number> = new Set([503, 504]);
const TIMEOUT_MS = 20_000;

/** Sends a request to the gateway at `url`; resolves to what is wrong with its answer, if anything is. */
export async function faultOf(
  url: string,
  token: string,
  { statuses }: Operation,
  { method, url: path, headers, body }: FuzzedRequest,
): Promise<string | undefined> {
  const leave = new AbortController();
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
    redirect: "manual",
    signal: AbortSignal.any([leave.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const type = answer.headers.get("content-type") ?? "";
  if (answer.ok && type.startsWith(EVENT_STREAM)) {
    leave.abort();
    return undefined;
  }
  const text = await answer.text();
  const said = `${answer.status} ${type} ${text.slice(0, 400)}`;
  if (answer.status >= 500 && !NO_FAULTS.has(answer.status)) return said;
  if (answer.ok)
    return statuses.includes(String(answer.status)) ? undefined : `undocumented: ${said}`;
  return isProblem(answer, type, text) ? undefined : `no problem details: ${said}`;
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
