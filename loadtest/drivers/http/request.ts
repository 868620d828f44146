import { present } from "../../../services/model/invariant.ts";
import type { Call, Headers } from "../driver.ts";
import { headerLines } from "../rest/request.ts";

/** Nothing that could end the request line. */
const PATH = /^\/[\x21-\x7e]*$/;
const METHOD = /^[A-Z]{1,20}$/;
/** These have a body by their meaning (RFC 9110, 9.3): its length is told even when it is empty. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** The request line's parts of a call. Throws a RangeError for what HTTP does not take. */
export function requestParts({ parts }: Pick<Call, "parts">) {
  const { method = "GET", path = "/", headers = {} } = present(parts);
  if (!METHOD.test(method)) throw new RangeError(`HTTP takes no method ${JSON.stringify(method)}.`);
  if (!PATH.test(path)) {
    throw new RangeError(
      `HTTP takes no path ${JSON.stringify(path.slice(0, 200))}: it begins with / and has no spaces.`,
    );
  }
  return { method, path, headers };
}

/** A request for whichever host it goes to: one buffer, one write. */
export type RequestTo = (host: string) => Buffer;

/** An HTTP/1.1 request as bytes (RFC 9112). `fixed`: headers of every call; a host that is given is the host. */
export function encodeHttp1(call: Pick<Call, "message" | "parts">, fixed: Headers): RequestTo {
  const { method, path, headers } = requestParts(call);
  const { length } = call.message;
  const hasBody = length > 0 || WITH_BODY.has(method);
  const all = { ...fixed, ...headers, ...(hasBody && { "content-length": String(length) }) };
  const lines = headerLines(all);
  return (host) => {
    const own = "host" in all ? "" : headerLines({ host });
    const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${own}${lines}\r\n`, "latin1");
    return length === 0 ? head : Buffer.concat([head, call.message]);
  };
}

/** What stands for an HTTP status: OK for 2xx and 3xx, else itself. */
export function statusOfHttp(status: number): number {
  return status >= 200 && status < 400 ? 0 : status;
}
