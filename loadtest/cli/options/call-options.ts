import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { withoutMark } from "../../../services/model/texts/byte-order-mark.ts";
import { parseJson } from "../../calls/data/json-text.ts";
import type { CallScenario, CallSpec } from "../../calls/spec/call-scenario.ts";
import type { Overrides } from "../../scenarios/overrides.ts";
import { typedFile } from "../files/where-typed.ts";
import { number } from "./arguments.ts";
import { LoadError } from "./load-error.ts";
import {
  areUrls,
  collect,
  pathTyped,
  type TargetFlags,
  targetOf,
  withoutUndefined,
  withTargetFlags,
} from "./target-flags.ts";

/** What is asked for of any target, flag by flag. */
export interface CallOptions extends Overrides, TargetFlags {
  readonly call?: string;
  readonly request?: string;
  readonly data?: string;
  readonly rate?: number;
  readonly arrivals: CallScenario["arrivals"];
  readonly timeout?: number;
  readonly check?: readonly string[];
  readonly rows?: string;
  readonly rowsOrder: "in order" | "random";
  readonly stages?: readonly number[];
}

const MAX_RATE = 1_000_000;
const DEFAULT_RATE = 50;
const DEFAULT_SECONDS = 30;
const DEFAULT_WARM_UP_SECONDS = 2;

export function withCallOptions(command: Command): Command {
  return withTargetFlags(command.optionsGroup("Any target, in place of a scenario:"))
    .option("--call <method>", "as package.Service/Method, by reflection")
    .option("--request <line>", 'as "POST /v1/items"; GET and the URL\'s path by default')
    .option("--data <json>", "message or body, with {{functions}}; @FILE reads it from a file")
    .option("--rate <n>", "calls a second", number(0.001, MAX_RATE))
    .option("--stages <factors>", "on the rate, as 0.5,1,2: each an equal part of the run", factors)
    .addOption(
      new Option("--arrivals <how>", "as people come, or equally far apart")
        .choices(["poisson", "even"])
        .default("poisson"),
    )
    .option("--timeout <ms>", "of a call", number(1, 600_000))
    .option("--check <text>", 'as "status == 200", "$.items[0].id == 5"; again for more', collect)
    .option(
      "--rows <file>",
      ".csv, .ndjson or .json for {{row.NAME}} and {{column NAME}}",
      typedFile,
    )
    .addOption(
      new Option("--rows-order <how>", "how calls take rows")
        .choices(["in order", "random"])
        .default("in order"),
    );
}

/** Undefined: no target was named. Throws a LoadError for what does not go together. */
export function callScenarioOf(options: CallOptions): CallScenario | undefined {
  const { target: named, rate = DEFAULT_RATE, stages, rows, rowsOrder, arrivals } = options;
  if (named === undefined) return undefined;
  const isHttp = areUrls(named);
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
    target: targetOf(options),
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

function grpcCall(options: CallOptions): CallSpec {
  return { ...callOf(options), ...withoutUndefined({ method: options.call }) };
}

function httpCall(urls: readonly URL[], options: CallOptions): CallSpec {
  const { data, request, target = [] } = options;
  const path = pathTyped(target[0]);
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

function callOf({ data, timeout, check, header = [], target = [] }: CallOptions): CallSpec {
  const text = data?.startsWith("@") ? fileText(data.slice(1)) : data;
  const isHttp = /^https?:/.test(target[0] ?? "");
  const body = text === undefined ? {} : dataOf(text, isHttp && header.some(isOtherType));
  return { ...body, ...withoutUndefined({ timeoutMs: timeout, checks: check }) };
}

/** A content type that is given, and is not JSON's. */
function isOtherType(header: string): boolean {
  return /^\s*content-type\s*:(?!.*json)/is.test(header);
}

function dataOf(text: string, mayBeOther: boolean): Pick<CallSpec, "data" | "body"> {
  try {
    return { data: parseJson(text) };
  } catch (error) {
    if (mayBeOther) return { body: text };
    throw new LoadError(
      `--data: it is no JSON: ${(error as Error).message}. Of HTTP, another kind needs its name: --header 'content-type: text/plain'.`,
    );
  }
}

function fileText(file: string): string {
  try {
    return withoutMark(readFileSync(typedFile(file), "utf8"));
  } catch (error) {
    throw new LoadError(`--data: ${file} can't be read: ${(error as Error).message}.`);
  }
}

function factors(text: string): readonly number[] {
  const one = number(0, 1_000);
  const found = text.split(",").map(one);
  if (found.some((factor) => factor > 0)) return found;
  throw new InvalidArgumentError("At least one factor is above 0.");
}
