import { query } from "jsonpath-rfc9535";
import parsePath from "jsonpath-rfc9535/parser";
import type { AnswerHead } from "../../drivers/driver.ts";
import { FUNCTIONS } from "../data/functions.ts";
import type { Json } from "../spec/call-scenario.ts";
import { type CheckedProtocol, wrong } from "./check-error.ts";
import { comparisonOf } from "./comparison.ts";

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

const QUOTED = /"[^"]*"|'[^']*'/.source;
/** As "[?@.tags[0] == 'a']": brackets in them once. */
const INNER = String.raw`\[(?:[^[\]"']|${QUOTED})*\]`;
const BRACKETS = String.raw`\[(?:[^[\]"']|${QUOTED}|${INNER})*\]`;
/** The comparison is the first one outside of brackets: a JSONPath has its own within. */
const SHAPE = new RegExp(
  String.raw`^\s*((?:${BRACKETS}|[^[])+?)\s+(==|!=|<=|>=|<|>|matches|contains)\s+(.+?)\s*$`,
  "s",
);
const EXISTENCE = /^\s*(\S.*?)\s+(!?exists)\s*$/;

/**
 * Reads "$.items[0].id == 5". Throws a CheckError that says what is wrong and what is allowed, also of what an
 * answer of this protocol never has.
 */
export function parseCheck(text: string, protocol: CheckedProtocol): Check {
  const [braces, name = ""] = /\{\{\s*(\w+).*?\}\}/s.exec(text) ?? [];
  if (Object.hasOwn(FUNCTIONS, name)) {
    throw wrong(text, `${braces} stands for nothing in a check: it is the same for every call`);
  }
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
  const isText = left === "body" || left.startsWith("header.");
  const of = isOfStatus ? "status" : isText ? "text" : "value";
  const compare = comparisonOf({ text, protocol, of }, operator, right);
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
    return comparesByIndex(parsePath(path)) ? `${path} ${BY_INDEX}` : undefined;
  } catch (error) {
    return `${path} is no JSONPath: ${(error as Error).message}`;
  }
}

const BY_INDEX =
  "compares by an index within its filter, which is not read right here: write value(@.tags[0]) == 'new' for @.tags[0] == 'new'";

/** The parser nests an index in a compared query once too much, so that it finds nothing, ever (1.3.0). */
function comparesByIndex(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, selector } = node as { readonly type?: string; readonly selector?: unknown };
  return (
    (type === "IndexSelector" && selector !== undefined) ||
    Object.values(node).some(comparesByIndex)
  );
}

/** All values at a JSONPath (RFC 9535), in the document's order. */
export function valuesAt(json: Json, path: string): readonly Json[] {
  return query(json as Parameters<typeof query>[0], path) as readonly Json[];
}
