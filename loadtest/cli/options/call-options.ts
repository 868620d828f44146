import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CallScenario, CallSpec, Json, TargetSpec } from "../../calls/spec/call-scenario.ts";
import { number } from "./arguments.ts";
import { LoadError } from "./load-error.ts";

/** What is asked for of any target, flag by flag. */
export interface CallOptions {
  readonly target?: readonly string[];
  readonly call?: string;
  readonly request?: string;
  readonly data?: string;
  readonly header?: readonly string[];
  readonly rate?: number;
  readonly arrivals: CallScenario["arrivals"];
  readonly timeout?: number;
  readonly check?: readonly string[];
  readonly rows?: string;
  readonly rowsOrder: "in order" | "random";
  readonly http2?: boolean;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure?: boolean;
  readonly proto?: readonly string[];
  readonly importPath?: readonly string[];
  readonly descriptorSet?: string;
  readonly token?: string;
  readonly tokenEvery?: number;
  readonly stages?: readonly number[];
  readonly seconds?: number;
  readonly warmUp?: number;
  readonly threshold?: readonly string[];
  readonly seed?: number;
}

const MAX_RATE = 1_000_000;
const DEFAULT_RATE = 50;
const DEFAULT_SECONDS = 30;
const DEFAULT_WARM_UP_SECONDS = 2;

export function withCallOptions(command: Command): Command {
  return command
    .optionsGroup("Any target, in place of a scenario:")
    .option("--target <address>", "host:port of a gRPC server, or a URL; again for more", collect)
    .option("--call <method>", "as package.Service/Method, by reflection")
    .option("--request <line>", 'as "POST /v1/items"; GET and the URL\'s path by default')
    .option("--data <json>", "message or body, with {{functions}}; @FILE reads it from a file")
    .option("--header <name: value>", "metadata or header; again for more", collect)
    .option("--rate <n>", "calls a second", number(0.001, MAX_RATE))
    .option("--stages <factors>", "on the rate, as 0.5,1,2: each an equal part of the run", factors)
    .addOption(
      new Option("--arrivals <how>", "as people come, or equally far apart")
        .choices(["poisson", "even"])
        .default("poisson"),
    )
    .option("--timeout <ms>", "of a call", number(1, 600_000))
    .option("--check <text>", 'as "status == 200", "$.items[0].id == 5"; again for more', collect)
    .option("--rows <file>", ".csv, .ndjson or .json for {{row.NAME}} and {{column NAME}}")
    .addOption(
      new Option("--rows-order <how>", "how calls take rows")
        .choices(["in order", "random"])
        .default("in order"),
    )
    .option("--http2", "a URL over HTTP/2 in place of HTTP/1.1")
    .option("--tls", "a gRPC server over TLS; any of the next turns it on too")
    .option("--ca <file>", "who may have signed the server's certificate, PEM")
    .option("--cert <file>", "our own certificate, PEM")
    .option("--key <file>", "its key, PEM")
    .option("--server-name <name>", "what the server's certificate is for")
    .option("--insecure", "believe whoever answers")
    .option("--proto <file>", "proto files in place of reflection; again for more", collect)
    .option("--import-path <folder>", "where their imports are; again for more", collect)
    .option("--descriptor-set <file>", "a FileDescriptorSet in place of reflection")
    .option("--token <command>", "prints a token, sent as authorization: Bearer TOKEN")
    .option("--token-every <seconds>", "runs it again so often", number(1, 86_400));
}

/** Undefined: no target was named. Throws a LoadError for what does not go together. */
export function callScenarioOf(options: CallOptions): CallScenario | undefined {
  const { target: named, rate = DEFAULT_RATE, stages, rows, rowsOrder, arrivals } = options;
  if (named === undefined) return undefined;
  const isHttp = named.every((one) => /^https?:\/\//.test(one));
  if (!isHttp && named.some((one) => one.includes("://"))) {
    throw new LoadError(
      "--target: give host:port of gRPC servers, or URLs with http(s)://, not both.",
    );
  }
  if (!isHttp && options.call === undefined) {
    throw new LoadError(
      "--call: which method? As package.Service/Method; `grpcurl -plaintext HOST:PORT list` shows them. For HTTP give a URL as --target.",
    );
  }
  const urls = isHttp ? named.map((one) => new URL(one)) : [];
  return {
    kind: "calls",
    name: isHttp ? urls[0].host : (options.call ?? "").replace(/^.*\//, ""),
    about: isHttp ? `${named.join(", ")}.` : `${options.call}.`,
    target: isHttp ? httpTarget(urls, options) : grpcTarget(named, options),
    flows: [{ steps: [isHttp ? httpCall(urls, options) : grpcCall(options)] }],
    perSecond: rate,
    pace: stages ? { shape: "steps", factors: stages } : { shape: "constant" },
    arrivals,
    seed: options.seed ?? 1,
    ...(rows !== undefined && { rows: { file: rows, order: rowsOrder } }),
    warmUpSeconds: options.warmUp ?? DEFAULT_WARM_UP_SECONDS,
    seconds: options.seconds ?? DEFAULT_SECONDS,
    thresholds: options.threshold ?? [],
  };
}

function grpcTarget(addresses: readonly string[], options: CallOptions): TargetSpec {
  const { proto, importPath, descriptorSet } = options;
  for (const address of addresses) {
    if (/:\d+$/.test(address)) continue;
    throw new LoadError(`--target: "${address}" has no port: give host:port, as localhost:50051.`);
  }
  return {
    addresses,
    protocol: "grpc",
    ...tlsOf(options, false),
    ...(proto && { protos: { files: proto, ...(importPath && { importPaths: importPath }) } }),
    ...(descriptorSet !== undefined && { descriptorSet }),
    ...sharedOf(options),
  };
}

function httpTarget(urls: readonly URL[], options: CallOptions): TargetSpec {
  const isTls = urls[0].protocol === "https:";
  if (urls.some(({ protocol }) => protocol !== urls[0].protocol)) {
    throw new LoadError("--target: all URLs are http or all are https.");
  }
  return {
    addresses: urls.map(({ hostname, port }) => `${hostname}:${port || (isTls ? 443 : 80)}`),
    protocol: options.http2 ? "http/2" : "http/1.1",
    ...tlsOf(options, isTls),
    ...sharedOf(options),
  };
}

function tlsOf(options: CallOptions, isTls: boolean): Pick<TargetSpec, "tls"> {
  const { tls, ca, cert, key, serverName, insecure } = options;
  const asked = tls || [ca, cert, key, serverName, insecure].some((one) => one !== undefined);
  if (!isTls && !asked) return {};
  return { tls: withoutUndefined({ ca, cert, key, serverName, insecure }) };
}

function sharedOf(options: CallOptions): Pick<TargetSpec, "headers" | "token"> {
  const { header, token, tokenEvery } = options;
  return {
    ...(header && { headers: Object.fromEntries(header.map(headerOf)) }),
    ...(token !== undefined && {
      token: withoutUndefined({ command: token, everySeconds: tokenEvery }),
    }),
  };
}

function grpcCall(options: CallOptions): CallSpec {
  return { ...callOf(options), ...withoutUndefined({ method: options.call }) };
}

/** The path comes from the URL as it was typed: braces are the template's. */
function httpCall(urls: readonly URL[], options: CallOptions): CallSpec {
  const { data, request, target = [] } = options;
  const typed = /^https?:\/\/[^/?#]+([^#]*)/.exec(target[0])?.[1] || "/";
  const path = typed.startsWith("/") ? typed : `/${typed}`;
  const given = request ?? `${data === undefined ? "GET" : "POST"} ${path}`;
  if (
    urls.length > 1 &&
    request === undefined &&
    urls.some(({ pathname }) => pathname !== urls[0].pathname)
  ) {
    throw new LoadError("--target: several URLs are several servers of one path: give --request.");
  }
  return { ...callOf(options), request: /^[A-Z]+$/.test(given) ? `${given} ${path}` : given };
}

function callOf({ data, timeout, check, target = [] }: CallOptions): CallSpec {
  const text = data?.startsWith("@") ? fileText(data.slice(1)) : data;
  const isHttp = /^https?:/.test(target[0] ?? "");
  const body = text === undefined ? {} : dataOf(text, isHttp);
  return { ...body, ...withoutUndefined({ timeoutMs: timeout, checks: check }) };
}

function dataOf(text: string, isHttp: boolean): Pick<CallSpec, "data" | "body"> {
  try {
    return { data: JSON.parse(text) as Json };
  } catch (error) {
    if (/^\{\{[^{}]+\}\}$/.test(text.trim())) return { data: text.trim() };
    if (isHttp) return { body: text };
    throw new LoadError(`--data: it is no JSON: ${(error as Error).message}.`);
  }
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LoadError(`--data: ${file} can't be read: ${(error as Error).message}.`);
  }
}

function headerOf(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new LoadError(`--header: "${text}" is not of the form "name: value".`);
}

function factors(text: string): readonly number[] {
  const one = number(0, 1_000);
  const found = text.split(",").map(one);
  if (found.some((factor) => factor > 0)) return found;
  throw new InvalidArgumentError("At least one factor is above 0.");
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: NonNullable<T[K]> };
}
