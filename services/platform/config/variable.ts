/** The text's value, or what is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** One environment variable: its name, type, limits and what it is for. */
export interface Variable<T> {
  readonly name: string;
  readonly help: string;
  /** What is allowed, in words, for errors and tables. */
  readonly allowed: string;
  /** Undefined: must be set. */
  readonly fallback: T | undefined;
  /** Where the default follows another variable: it in this environment. `fallback` is it in an empty one. */
  readonly fallbackIn?: (env: Environment) => T;
  /** Errors name the variable, and never its value. */
  readonly isSecret?: boolean;
  readonly parse: (text: string) => Parsed<T>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
