import { isDeepStrictEqual } from "node:util";
import { status as GRPC } from "@grpc/grpc-js";
import type { Json } from "../spec/call-scenario.ts";
import { type CheckedProtocol, wrong } from "./check-error.ts";

/** What is compared: a status, a text as it came, or a value of JSON. */
export interface Compared {
  /** Of the check, as it was written. */
  readonly text: string;
  readonly protocol: CheckedProtocol;
  readonly of: "status" | "text" | "value";
}

type Comparison = (value: Json | undefined) => boolean;

/** Whether a value of an answer keeps to it; what is not there never does. Throws a CheckError. */
export function comparisonOf(compared: Compared, operator: string, right: string): Comparison {
  const { text, protocol, of } = compared;
  if (operator === "matches") {
    const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(right) ?? [];
    if (source === undefined) throw wrong(text, "a pattern is written /like this/");
    const pattern = patternOf(text, source, flags);
    return (value) => value !== undefined && pattern.test(asText(value));
  }
  if (of === "text" && TEXTUAL.includes(operator)) return textComparison(operator, right);
  const expected = of === "status" ? STATUS_OF[protocol](text, right) : literalOf(right);
  if (operator === "contains") return (value) => value !== undefined && holdsIn(value, expected);
  if (operator === "==") return (value) => value !== undefined && isSame(value, expected);
  if (operator === "!=") return (value) => value !== undefined && !isSame(value, expected);
  const bound = numberOf(expected);
  if (Number.isNaN(bound)) throw wrong(text, `${operator} is of numbers, and ${right} is none`);
  return (value) => value !== undefined && ORDER[operator](numberOf(value), bound);
}

const TEXTUAL: readonly string[] = ["==", "!=", "contains"];

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** A body or a header is what came, digit for digit; JSON may be written without the spaces that it came with. */
function textComparison(operator: string, right: string): Comparison {
  const literal = literalOf(right);
  const wanted = typeof literal === "string" ? [literal] : [right, asText(literal)];
  const found = (value: Json) => wanted.some((one) => one === value);
  if (operator === "==") return (value) => value !== undefined && found(value);
  if (operator === "!=") return (value) => value !== undefined && !found(value);
  return (value) => value !== undefined && wanted.some((one) => asText(value).includes(one));
}

function patternOf(text: string, source: string, flags = ""): RegExp {
  try {
    return new RegExp(source, flags.replaceAll(/[gy]/g, ""));
  } catch (error) {
    throw wrong(text, (error as Error).message);
  }
}

const STATUS_OF = {
  grpc: (text: string, right: string): number => {
    const name = right.toUpperCase();
    const code = /^\d+$/.test(right) ? Number(right) : GRPC[name as keyof typeof GRPC];
    if (code in GRPC) return code;
    throw wrong(text, `${right} is no status of gRPC: give 0 to 16, or a name as NOT_FOUND`);
  },
  http: (text: string, right: string): number => {
    if (/^[1-9]\d\d$/.test(right)) return Number(right);
    throw wrong(text, `${right} is no status of HTTP: give its number, as 404`);
  },
} as const;

function literalOf(right: string): Json {
  const isLong = /^-?\d+$/.test(right) && !Number.isSafeInteger(Number(right));
  if (isLong) return right; // a number would be rounded
  try {
    return JSON.parse(right) as Json;
  } catch {
    return right.replace(/^'(.*)'$/s, "$1");
  }
}

/** Of a list one of its members; of a text a part of it. */
function holdsIn(value: Json, expected: Json): boolean {
  if (!Array.isArray(value)) return asText(value).includes(asText(expected));
  return value.some((one: Json) =>
    typeof one === "object" && one !== null ? holdsIn(one, expected) : isSame(one, expected),
  );
}

/** NaN: it is none, and neither below nor above anything. 64-bit numbers are texts in the JSON of protobuf. */
function numberOf(value: Json): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}

/** A number equals the text that says it. */
function isSame(value: Json, expected: Json): boolean {
  return isDeepStrictEqual(value, expected) || asText(value) === asText(expected);
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
