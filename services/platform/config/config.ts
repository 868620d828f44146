/** Configuration: variables declared once, read as a whole, with every mistake named at once. */

/** The text's value, or what is wrong with it. */
type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** One environment variable: its name, type, limits and what it is for. */
export interface Variable<T> {
  readonly name: string;
  readonly help: string;
  /** What is allowed, in words, for errors and tables. */
  readonly allowed: string;
  /** Undefined: must be set. */
  readonly fallback: T | undefined;
  readonly parse: (text: string) => Parsed<T>;
}

export type Spec = Readonly<Record<string, Variable<unknown>>>;
export type Values<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends Variable<infer T> ? T : never;
};
export type Environment = Readonly<Record<string, string | undefined>>;

/** Lists every variable that is wrong. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration is wrong in ${problems.length} place(s):\n  ${problems.join("\n  ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads every variable of `spec`. An empty value counts as not set. Throws ConfigError naming all mistakes. */
export function readConfig<const S extends Spec>(spec: S, env: Environment): Values<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(spec)) {
    const text = env[variable.name]?.trim() ?? "";
    const parsed = text === "" ? missing(variable) : variable.parse(text);
    if ("value" in parsed) values[key] = parsed.value;
    else
      problems.push(
        `${variable.name}${text && `="${text}"`} ${parsed.problem}: ${variable.allowed}`,
      );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Values<S>;
}

function missing<T>(variable: Variable<T>): Parsed<T> {
  return variable.fallback === undefined ? { problem: "is not set" } : { value: variable.fallback };
}
