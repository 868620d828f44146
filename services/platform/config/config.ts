/** Configuration: variables declared once, read as a whole, with every mistake named at once. */

import { excerpt } from "../../model/texts/excerpt.ts";
import { everyProcess } from "./every-process.ts";
import type { Environment, Parsed, Variable } from "./variable.ts";

export type Spec = Readonly<Record<string, Variable<unknown>>>;
export type Values<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends Variable<infer T> ? T : never;
};

/** Lists every variable that is wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration is wrong in ${problems.length} place(s):\n  ${problems.join("\n  ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Reads every variable of `spec`, and checks those that every process reads. An empty value counts as
 * not set. Throws ConfigError naming all mistakes.
 */
export function readConfig<const S extends Spec>(spec: S, env: Environment): Values<S> {
  const problems = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries<Variable<unknown>>({ ...everyProcess, ...spec })) {
    const parsed = read(variable, env);
    if ("problem" in parsed) problems.add(parsed.problem);
    else if (key in spec) values[key] = parsed.value;
  }
  if (problems.size > 0) throw new ConfigError([...problems]);
  return values as Values<S>;
}

/** One variable's value; undefined when it is wrong, or not set and without a default. */
export function readVariable<T>(variable: Variable<T>, env: Environment): T | undefined {
  const parsed = read(variable, env);
  return "value" in parsed ? parsed.value : undefined;
}

function read<T>(variable: Variable<T>, env: Environment): Parsed<T> {
  const { name, allowed, isSecret } = variable;
  const fallback = variable.fallbackIn?.(env) ?? variable.fallback;
  const text = env[name]?.trim() ?? "";
  if (text === "" && fallback !== undefined) return { value: fallback };
  const parsed = text === "" ? { problem: "is not set" } : variable.parse(text);
  if ("value" in parsed) return parsed;
  const shown = text && (isSecret ? " (its value is not shown)" : `="${excerpt(text)}"`);
  return { problem: `${name}${shown} ${parsed.problem}: ${allowed}` };
}
