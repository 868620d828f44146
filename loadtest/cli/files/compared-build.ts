import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { LoadError } from "../options/load-error.ts";

/** One of two that are compared: a checkout, or this one with other variables. */
export interface ComparedBuild {
  readonly root: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const VARIABLES = /^TIDINGS_\w+=/;

/** Throws a LoadError for what is neither a checkout nor variables. */
export function readVariant(text: string): ComparedBuild {
  if (VARIABLES.test(text)) return { root: undefined, env: variablesIn(text) };
  const root = resolve(text);
  if (existsSync(join(root, "services/timeline/main.ts"))) return { root, env: {} };
  throw new LoadError(
    `${text} is no checkout of Tidings, and no variables: give a folder, or TIDINGS_NAME=VALUE, or two results of load run (.json).`,
  );
}

/** A comma ends a value only where another variable begins. */
function variablesIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/,(?=TIDINGS_\w+=)/).map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at), one.slice(at + 1)] as const;
    }),
  );
}
