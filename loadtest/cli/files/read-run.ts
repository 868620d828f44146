import { ResultError, readResult } from "../../results/read-result.ts";
import type { RunResult } from "../../results/run-result.ts";
import { LoadError } from "../options/load-error.ts";
import { typedFile } from "./where-typed.ts";

/** The result of a `load run`. Throws a LoadError when the file is none. */
export async function readRun(file: string): Promise<RunResult> {
  const result = await readResult(typedFile(file)).catch((error: Error) => {
    throw error instanceof ResultError ? new LoadError(error.message) : error;
  });
  if (result.kind === "run") return result;
  throw new LoadError(`${file} holds a ${result.kind} result: give results of \`load run\`.`);
}
