import { status as GRPC } from "@grpc/grpc-js";
import { query } from "jsonpath-rfc9535";
import parsePath from "jsonpath-rfc9535/parser";
import type { AnswerHead } from "../../drivers/driver.ts";
import type { Json } from "../spec/call-scenario.ts";

/** An answer as checks see it; what costs time is made when it is asked for. */
export interface Answer {
  /** Of gRPC its number; of HTTP its number. */
  readonly status: number;
  readonly head: AnswerHead | undefined;
  text(): string;
  /** Undefined: it is no JSON. Of a stream the list of its messages. */
  json(): Json | undefined;
}

export interface Check {
  /** As it was written. */
  readonly text: string;
  /** It is about the status: what is expected is good, whatever it is. */
  readonly isOfStatus: boolean;
  /** The JSONPath that it looks at; undefined for one of something else. */
  readonly path: string | undefined;
  holds(answer: Answer): boolean;
}

export class CheckError extends RangeError {
  override readonly name = "CheckError";
}

const EXAMPLES =
  '"status == 200", "$.items[0].id == 5", "count($.items[*]) > 0", "header.content-type contains json", "body matches /ok/", "$.error !exists"';
/** The comparison is the first one outside of brackets: a JSONPath has its own within. */
const SHAPE =
  /^\s*((?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]|[^[])+?)\s+(==|!=|<=|>=|<|>|matches|contains)\s+(.+?)\s*$/s;
const EXISTENCE = /^\s*(\S.*?)\s+(!?exists)\s*$/;

/** What is called: their answers have other statuses, and headers or none that can be seen. */
export type CheckedProtocol = "grpc" | "http";

/**
 * Reads "$.items[0].id == 5". Throws a CheckError that says what is wrong and what is allowed, also of what an
 * answer of this protocol never has.
 */
export function parseCheck(text: string, protocol: CheckedProtocol): Check {
  const existence = EXISTENCE.exec(text);
  if (existence) {
    const subject = subjectOf({ text, protocol }, existence[1]);
    const wanted = existence[2] === "exists";
    return {
      text,
      isOfStatus: false,
      path: pathIn(existence[1]),
      holds: (answer) => (subject(answer) !== undefined) === wanted,
    };
  }
  const [, left = "", operator = "", right = ""] = SHAPE.exec(text) ?? [];
  if (operator === "") throw wrong(text, "it is not of the form SUBJECT COMPARISON VALUE");
  const isOfStatus = left === "status";
  const subject = subjectOf({ text, protocol }, left);
  const compare = comparisonOf({ text, protocol, isOfStatus }, operator, right);
  return { text, isOfStatus, path: pathIn(left), holds: (answer) => compare(subject(answer)) };
}

type Subject = (answer: Answer) => Json | undefined;

interface Of {
  readonly text: string;
  readonly protocol: CheckedProtocol;
}

/** "$.items[*]" of itself, and of "count($.items[*])". */
function pathIn(subject: string): string | undefined {
  const path = /^count\((.*)\)$/s.exec(subject)?.[1] ?? subject;
  return path.startsWith("$") ? path : undefined;
}

function subjectOf({ text, protocol }: Of, subject: string): Subject {
  if (subject === "status") return ({ status }) => status;
  if (subject === "body") return (answer) => answer.text();
  if (subject.startsWith("header.")) {
    if (protocol === "grpc") {
      throw wrong(
        text,
        "headers are of HTTP: of gRPC there are status, body, $.PATH, count($.PATH)",
      );
    }
    const name = subject.slice("header.".length).toLowerCase();
    return ({ head }) => head?.headers.get(name);
  }
  const path = pathIn(subject);
  if (path === undefined) {
    throw wrong(text, `${subject} is none of status, body, header.NAME, $.PATH, count($.PATH)`);
  }
  const problem = problemOfPath(path);
  if (problem !== undefined) throw wrong(text, problem);
  const isCounted = path !== subject;
  return (answer) => {
    const json = answer.json();
    const found = json === undefined ? [] : valuesAt(json, path);
    return isCounted ? found.length : found[0];
  };
}

/** Undefined for a JSONPath. */
export function problemOfPath(path: string): string | undefined {
  try {
    parsePath(path);
    return undefined;
  } catch (error) {
    return `${path} is no JSONPath: ${(error as Error).message}`;
  }
}

/** All values at a JSONPath (RFC 9535), in the document's order. */
export function valuesAt(json: Json, path: string): readonly Json[] {
  return query(json as Parameters<typeof query>[0], path) as readonly Json[];
}

function comparisonOf(
  { text, protocol, isOfStatus }: Of & { readonly isOfStatus: boolean },
  operator: string,
  right: string,
): (value: Json | undefined) => boolean {
  if (operator === "matches") {
    const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(right) ?? [];
    if (source === undefined) throw wrong(text, "a pattern is written /like this/");
    const pattern = patternOf(text, source, flags);
    return (value) => value !== undefined && pattern.test(asText(value));
  }
  const expected = isOfStatus ? STATUS_OF[protocol](text, right) : literalOf(right);
  if (operator === "contains") {
    return (value) => value !== undefined && asText(value).includes(asText(expected));
  }
  return (value) => value !== undefined && compares(value, operator, expected);
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

/** 64-bit numbers are texts in the JSON of protobuf: a number equals the text that says it. */
function compares(value: Json, operator: string, expected: Json): boolean {
  if (operator === "==") return isSame(value, expected);
  if (operator === "!=") return !isSame(value, expected);
  const [a, b] = [Number(value), Number(expected)];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function isSame(value: Json, expected: Json): boolean {
  return asText(value) === asText(expected);
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function wrong(text: string, problem: string): CheckError {
  return new CheckError(`Check "${text}": ${problem}. Examples: ${EXAMPLES}.`);
}
