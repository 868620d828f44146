import { excerpt } from "../../../services/model/texts/excerpt.ts";
import type { Json } from "../spec/call-scenario.ts";
import { scattered, zipfRank } from "./zipf.ts";

/** What functions may use. */
export interface Filling {
  /** Which call of the run, from 0. */
  readonly call: number;
  /** From 0 to 1, another each time. */
  draw(): number;
  /** Of the call, when there are rows. */
  readonly row: Json | undefined;
  /** What earlier steps of the flow saved. */
  readonly saved: ReadonlyMap<string, Json>;
}

/** Something is wrong with a text in double braces, or with what it asks for. */
export class TemplateError extends RangeError {
  override readonly name = "TemplateError";
}

export interface TemplateFunction {
  /** As in its documentation. */
  readonly usage: string;
  readonly about: string;
  /** How many arguments, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  readonly of: (filling: Filling, args: readonly string[]) => Json;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const HEX = "0123456789abcdef";

/** Everything that double braces take. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  random: {
    usage: "{{random 1 100}}",
    about: "a whole number, both ends included",
    takes: [2, 2],
    of: ({ draw }, [from, to]) => {
      const [low, high] = wholeRange("random", from, to);
      return low + Math.floor(draw() * (high - low + 1));
    },
  },
  zipf: {
    usage: "{{zipf 1 100000}}",
    about:
      "a whole number, few of them far more often than most (Zipf, 0.99), spread over the range",
    takes: [2, 2],
    of: ({ draw }, [from, to]) => {
      const [low, high] = wholeRange("zipf", from, to);
      return low + scattered(zipfRank(draw(), high - low + 1), high - low + 1);
    },
  },
  latest: {
    usage: "{{latest 100000 0.05}}",
    about:
      "of so many numbers, and as many more as a share of the calls has added, mostly the last",
    takes: [2, 2],
    of: ({ call, draw }, [count, share]) => {
      const [first, added] = [numberOf(count), numberOf(share)];
      if (!(Number.isInteger(first) && first >= 1 && added >= 0)) {
        throw new TemplateError(
          `{{latest ${count} ${share}}}: give a whole number from 1 on, and a share of 0 or more.`,
        );
      }
      const last = first + Math.floor(call * added);
      return Math.max(1, last - zipfRank(draw(), last));
    },
  },
  float: {
    usage: "{{float 0 1.5}}",
    about: "any number from the first to the second",
    takes: [2, 2],
    of: ({ draw }, [from, to]) => {
      const [low, high] = rangeOf("float", from, to);
      return low + draw() * (high - low);
    },
  },
  uuid: {
    usage: "{{uuid}}",
    about: "a random UUID (version 4), the same for the same seed and call",
    takes: [0, 0],
    of: ({ draw }) => uuidOf(draw),
  },
  sequence: {
    usage: "{{sequence 1000}}",
    about: "the call's number, from 0 or from what is given",
    takes: [0, 1],
    of: ({ call }, [from = "0"]) => numberOf(from) + call,
  },
  pick: {
    usage: "{{pick red green blue}}",
    about: "one of these",
    takes: [1, 1_000],
    of: ({ draw }, args) => args[Math.floor(draw() * args.length)],
  },
  text: {
    usage: "{{text 140}}",
    about: "so many random letters",
    takes: [1, 1],
    of: ({ draw }, [length]) => charactersOf(draw, LETTERS, numberOf(length)),
  },
  hex: {
    usage: "{{hex 16}}",
    about: "so many random hexadecimal digits",
    takes: [1, 1],
    of: ({ draw }, [length]) => charactersOf(draw, HEX, numberOf(length)),
  },
  now: {
    usage: "{{now}} or {{now ms}}",
    about: "the time as ISO 8601, or in whole ms or s since 1970",
    takes: [0, 1],
    of: (_, [unit = "iso"]) => timeAs(unit),
  },
  row: {
    usage: "{{row.user.id}} or {{row}}",
    about: "a value of the call's row, or the whole row",
    takes: [0, 1],
    of: ({ row }, [path = ""]) => valueAt(present(row, "row"), path),
  },
  column: {
    usage: "{{column user}}",
    about: "a column of the call's row, whatever its name",
    takes: [1, 1],
    of: ({ row }, [name]) => memberOf(present(row, "column"), name),
  },
  saved: {
    usage: "{{saved token}}",
    about: "what an earlier step of the flow saved",
    takes: [1, 1],
    of: ({ saved }, [name]) => {
      const value = saved.get(name);
      if (value !== undefined) return value;
      throw new TemplateError(`{{saved ${name}}}: no earlier step has saved ${name}.`);
    },
  },
};

function numberOf(text = ""): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new TemplateError(`"${excerpt(text)}" is no number.`);
}

/** Ends in the wrong order would give numbers between them all the same, and none of the ends. */
function rangeOf(name: string, from = "", to = ""): readonly [low: number, high: number] {
  const [low, high] = [numberOf(from), numberOf(to)];
  if (low <= high) return [low, high];
  throw new TemplateError(
    `{{${name} ${from} ${to}}}: ${from} is above ${to}: the lower end first.`,
  );
}

function wholeRange(name: string, from = "", to = ""): readonly [low: number, high: number] {
  const range = rangeOf(name, from, to);
  if (range.every(Number.isInteger)) return range;
  throw new TemplateError(`{{${name} ${from} ${to}}}: both ends are whole numbers.`);
}

const MAX_CHARACTERS = 1_000_000;

function charactersOf(draw: () => number, from: string, length: number): string {
  if (!(length >= 0 && length <= MAX_CHARACTERS)) {
    throw new TemplateError(`A text has 0 to ${MAX_CHARACTERS} characters, and not ${length}.`);
  }
  let text = "";
  for (let i = 0; i < length; i++) text += from[Math.floor(draw() * from.length)];
  return text;
}

/** RFC 9562, 5.4. */
function uuidOf(draw: () => number): string {
  const hex = charactersOf(draw, HEX, 30);
  const variant = "89ab"[Math.floor(draw() * 4)];
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`];
  return [...parts, `${variant}${hex.slice(15, 18)}`, hex.slice(18)].join("-");
}

function timeAs(unit: string): Json {
  if (unit === "ms") return Date.now();
  if (unit === "s") return Math.floor(Date.now() / 1000);
  if (unit === "iso") return new Date().toISOString();
  throw new TemplateError(`{{now ${unit}}}: it is iso, ms or s.`);
}

function present(row: Json | undefined, name: string): Json {
  if (row !== undefined) return row;
  throw new TemplateError(`{{${name}}} takes from rows, and there are none: give a file (--rows).`);
}

function valueAt(row: Json, path: string): Json {
  return path === "" ? row : path.split(".").reduce(memberOf, row);
}

function memberOf(value: Json, name: string): Json {
  const isObject = typeof value === "object" && value !== null;
  const isThere = isObject && Object.hasOwn(value, name); // "constructor" is of every object
  const found = isThere ? (value as Readonly<Record<string, Json>>)[name] : undefined;
  if (found !== undefined) return found;
  const known = isObject ? Object.keys(value).join(", ") : "none";
  throw new TemplateError(`The rows have no "${name}"; there are ${known}.`);
}
