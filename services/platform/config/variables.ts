import { excerpt } from "../../model/texts/excerpt.ts";
import type { ItemForm } from "./list-items.ts";
import type { Variable } from "./variable.ts";

interface Common<T> {
  readonly help: string;
  /** Without a default the variable must be set. */
  readonly default?: T;
}

/** A whole number from `min` to `max`. */
export function integer(
  name: string,
  options: Common<number> & { readonly min: number; readonly max: number },
): Variable<number> {
  const { min, max, help } = options;
  return {
    name,
    help,
    allowed: `a whole number from ${min} to ${max}`,
    fallback: options.default,
    parse: (text) => {
      const value = Number(text);
      const isAllowed = Number.isSafeInteger(value) && value >= min && value <= max;
      return isAllowed ? { value } : { problem: "is out of range" };
    },
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(
  name: string,
  words: readonly T[],
  options: Common<NoInfer<T>>,
): Variable<T> {
  return {
    name,
    help: options.help,
    allowed: `one of ${words.join(", ")}`,
    fallback: options.default,
    parse: (text) => {
      const value = words.find((word) => word === text);
      return value === undefined ? { problem: "is not known" } : { value };
    },
  };
}

/** Any text of 1 to `maxLength` (1,024) characters that matches `pattern`, when one is given. */
export function text(
  name: string,
  options: Common<string> & {
    readonly maxLength?: number;
    readonly pattern?: RegExp;
    /** Says in words what `pattern` wants. */
    readonly allowed?: string;
  },
): Variable<string> {
  const { maxLength = 1_024, pattern } = options;
  return {
    name,
    help: options.help,
    allowed: options.allowed ?? `a text of at most ${maxLength} characters`,
    fallback: options.default,
    parse: (value) => {
      if (value.length > maxLength) return { problem: `has ${value.length} characters` };
      return !pattern || pattern.test(value) ? { value } : { problem: "has the wrong form" };
    },
  };
}

/** Texts of one form, separated by commas; spaces around them do not count. At least one. */
export function list(
  name: string,
  form: ItemForm,
  options: Common<readonly string[]> & { readonly maxItems?: number },
): Variable<readonly string[]> {
  const { maxItems = 1_000 } = options;
  return {
    name,
    help: options.help,
    allowed: `1 to ${maxItems} ${form.plural} separated by commas`,
    fallback: options.default,
    parse: (value) => {
      const items = value.split(",").map((item) => item.trim());
      if (items.some((item) => item === "")) return { problem: "has an empty item" };
      if (items.length > maxItems) return { problem: `has ${items.length} items` };
      for (const item of items) {
        const problem = form.problemOf(item);
        if (problem !== undefined) return { problem: `has "${excerpt(item)}", which ${problem}` };
      }
      return { value: items };
    },
  };
}

/** true or false. */
export function flag(name: string, options: Common<boolean>): Variable<boolean> {
  return {
    name,
    help: options.help,
    allowed: "true or false",
    fallback: options.default,
    parse: (value) =>
      value === "true" || value === "false"
        ? { value: value === "true" }
        : { problem: "is neither" },
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** In the largest unit in which it is whole. */
function lengthOf(ms: number): string {
  const [unit] = Object.entries(UNIT_MS).findLast(([, each]) => ms % each === 0 && ms >= each) ?? [
    "ms",
  ];
  return `${ms / UNIT_MS[unit]}${unit}`;
}

/** A length of time: "250ms", "10s", "5m", "2h", "14d", or a bare number of ms. The value is in ms. */
export function durationMs(
  name: string,
  options: Common<number> & { readonly min?: number; readonly max?: number },
): Variable<number> {
  const { min = 0, max = 3_650 * 86_400_000 } = options;
  return {
    name,
    help: options.help,
    allowed: `a length of time such as 250ms, 10s, 5m, 2h or 14d, from ${lengthOf(min)} to ${lengthOf(max)}`,
    fallback: options.default,
    parse: (value) => {
      const match = /^(\d+)(ms|s|m|h|d)?$/.exec(value);
      if (!match) return { problem: "has the wrong form" };
      const ms = Number(match[1]) * UNIT_MS[match[2] ?? "ms"];
      return ms >= min && ms <= max ? { value: ms } : { problem: "is out of range" };
    },
  };
}
