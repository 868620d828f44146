import type { Spec } from "./config.ts";

/** One variable in words, for a table in the docs or a start tool's --help. */
export interface VariableRow {
  readonly name: string;
  readonly help: string;
  readonly allowed: string;
  /** As it would be written in the environment; undefined: must be set. */
  readonly default: string | undefined;
}

/** Every variable of a declaration, in its order. */
export function describe(spec: Spec): readonly VariableRow[] {
  return Object.values(spec).map(({ name, help, allowed, fallback }) => ({
    name,
    help,
    allowed,
    default: fallback === undefined ? undefined : String(fallback),
  }));
}
