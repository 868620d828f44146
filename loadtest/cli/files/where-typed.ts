import { relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");

/** Where somebody is who types a command, and how it was begun. */
export interface Caller {
  readonly folder: string;
  /** By npm, which runs in this checkout wherever it was called from. */
  readonly byNpm: boolean;
  /** What node was given. */
  readonly main: string;
}

export function callerOf({ env, argv }: Pick<NodeJS.Process, "env" | "argv">): Caller {
  const byNpm = env.npm_lifecycle_event === "load";
  const called = byNpm ? env.INIT_CWD : undefined;
  return { folder: called ?? process.cwd(), byNpm, main: argv[1] ?? "" };
}

export function isInside(path: string): boolean {
  return !relative(ROOT, resolve(path)).startsWith("..");
}

/** The path of a file as a person meant it who typed it outside of this checkout: npm goes into it first. */
export function whereTyped(file: string, { folder, byNpm }: Omit<Caller, "main">): string {
  return byNpm && !isInside(folder) ? resolve(folder, file) : file;
}

/** The same of what may be the name of a scenario, too. */
export function typedScenario(text: string): string {
  return /\.(json|ts)$/.test(text) ? typedFile(text) : text;
}

/** The same of an option or argument that names a file. */
export function typedFile(text: string): string {
  return whereTyped(text, callerOf(process));
}
