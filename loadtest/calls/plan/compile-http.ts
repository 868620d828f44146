import { METHODS } from "node:http";
import { present } from "../../../services/model/invariant.ts";
import type { AnswerHead } from "../../drivers/driver.ts";
import type { Answer } from "../checks/check.ts";
import type { Filling } from "../data/functions.ts";
import { jsonTemplate, textTemplate } from "../data/template.ts";
import type { CallSpec, Json, TargetSpec } from "../spec/call-scenario.ts";
import { type CompiledCall, DEFAULT_TIMEOUT_MS } from "./compiled-call.ts";
import { headersTemplate, sharedParts } from "./shared-parts.ts";

/** A tunnel is no request for something. */
const VERBS = METHODS.filter((verb) => verb !== "CONNECT");
const USUAL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const NOTHING = new Uint8Array();
const encoder = new TextEncoder();

/** A call of any URL. Throws a RangeError for a request that is none. */
export function compileHttp(spec: CallSpec, target: TargetSpec): CompiledCall {
  const [, method = "", url = ""] = /^\s*([A-Z]+)\s+(\/.*?)\s*$/s.exec(present(spec.request)) ?? [];
  if (method === "") {
    throw new RangeError(`request: "${spec.request}" is not of the form "GET /v1/items".`);
  }
  if (!VERBS.includes(method)) {
    throw new RangeError(
      `request: "${method}" is no method of HTTP; there are ${USUAL.join(", ")} and others.`,
    );
  }
  const filled = textTemplate(url, percentEncoded);
  // A path that comes whole, as from a trace, brings the slash that the template begins with.
  const path = { fill: (filling: Filling) => filled.fill(filling).replace(/^\/+/, "/") };
  const own = headersTemplate(spec.headers);
  const body = bodyOf(spec);
  const json = spec.data === undefined ? {} : { "content-type": "application/json" };
  return {
    ...sharedParts(spec, { protocol: "http" }),
    name: spec.name ?? `${method} ${url.split("?")[0]}`,
    target: {
      path: url,
      addresses: target.addresses,
      timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    },
    make: (filling) => ({
      message: body(filling),
      parts: { method, path: path.fill(filling), headers: { ...json, ...own?.fill(filling) } },
    }),
    read: answerOf,
  };
}

/** What HTTP takes in no path, as a name with a space; what has a meaning there, as & or %, stays. */
function percentEncoded(given: string): string {
  return given.toWellFormed().replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}

function bodyOf({ data, body }: CallSpec): (filling: Filling) => Uint8Array {
  if (data !== undefined) {
    const template = jsonTemplate(data);
    const encode = (value: Json) => encoder.encode(JSON.stringify(value));
    if (!template.isConstant) return (filling) => encode(template.fill(filling));
    const always = encode(data);
    return () => always;
  }
  if (body === undefined) return () => NOTHING;
  const template = textTemplate(body);
  return (filling) => encoder.encode(template.fill(filling));
}

function answerOf(
  status: number,
  message: Uint8Array | undefined,
  head: AnswerHead | undefined,
): Answer {
  let text: string | undefined;
  const asText = () => {
    text ??= Buffer.from(message ?? NOTHING).toString();
    return text;
  };
  return {
    status: head?.status ?? status,
    head,
    text: asText,
    json: () => {
      try {
        return JSON.parse(asText()) as Json;
      } catch {
        return undefined;
      }
    },
  };
}
