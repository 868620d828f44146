import { readFile, stat } from "node:fs/promises";
import type { CapacityResult } from "../capacity/capacity-result.ts";
import type { CompareResult } from "../compare/compare-result.ts";
import type { Calibration } from "../plan/calibrate/calibrate.ts";
import type { SimulationFile } from "../simulate/simulation-result.ts";
import type { RunResult } from "./run-result.ts";

/** Every kind of result file, by the `kind` that it says it is. */
export interface ResultsByKind {
  readonly run: RunResult;
  readonly capacity: CapacityResult;
  readonly compare: CompareResult;
  readonly simulation: SimulationFile;
  readonly calibration: Calibration;
}

export type ResultKind = keyof ResultsByKind;
export type Result = ResultsByKind[ResultKind];

/** A file that can't be used as a result. The message names the file and what to do. */
export class ResultError extends Error {
  override readonly name = "ResultError";
}

/** A day's run has some 10 MB. */
const MAX_RESULT_BYTES = 256 * 1024 * 1024;

type FieldType = "array" | "object" | "string" | "number";

/** What this checkout reads, and the fields that nothing can do without. */
const SHAPES: {
  readonly [K in ResultKind]: {
    readonly version: ResultsByKind[K]["version"];
    readonly fields: Readonly<Record<string, FieldType>>;
  };
} = {
  run: {
    version: 1,
    fields: {
      command: "string",
      startedAt: "string",
      scenario: "object",
      machine: "object",
      target: "object",
      slice: "object",
      events: "array",
      probes: "array",
      "scenario.name": "string",
      "measured.operations": "array",
      "measured.seconds": "number",
      "measured.windows": "object",
      "measured.distributions": "object",
      "verdict.outcome": "string",
      "verdict.thresholds": "array",
      "resources.atSeconds": "array",
      "resources.processes": "array",
    },
  },
  capacity: {
    version: 1,
    fields: {
      command: "string",
      startedAt: "string",
      unit: "string",
      steps: "array",
      summary: "array",
    },
  },
  compare: {
    version: 1,
    fields: {
      command: "string",
      startedAt: "string",
      pairs: "array",
      metrics: "array",
      unusable: "array",
      summary: "array",
    },
  },
  calibration: {
    version: 2,
    fields: {
      command: "string",
      startedAt: "string",
      machine: "object",
      costs: "object",
      checked: "array",
      "sealed.sha256": "string",
      "errors.ours": "number",
    },
  },
  simulation: {
    version: 1,
    fields: {
      command: "string",
      startedAt: "string",
      "lag.histogram": "string",
      "model.load": "object",
      "model.processes": "object",
      outages: "array",
      "windows.atSecond": "array",
      counts: "object",
    },
  },
};

/** Reads a result of any kind. Throws a ResultError. */
export async function readResult(file: string): Promise<Result> {
  return parseResult(await textOf(file), file);
}

/** Checks what a result file holds. `file` is for the message of the ResultError that it may throw. */
function parseResult(text: string, file: string): Result {
  const value = jsonOf(text, file);
  const kind = fieldOf(value, "kind");
  if (typeof kind !== "string" || !Object.hasOwn(SHAPES, kind)) {
    const known = Object.keys(SHAPES).join(", ");
    throw new ResultError(
      `${file} is no result: its "kind" is ${JSON.stringify(kind)}, known are ${known}. Give the file that npm run load wrote.`,
    );
  }
  const { version, fields } = SHAPES[kind as ResultKind];
  const found = fieldOf(value, "version");
  if (found !== version) {
    throw new ResultError(
      `${file}: version ${JSON.stringify(found)} of a ${kind} result; this checkout reads version ${version}. Use the checkout that wrote it, or measure again.`,
    );
  }
  for (const [path, type] of Object.entries(fields)) {
    const field = fieldOf(value, path);
    if (typeOf(field) === type) continue;
    throw new ResultError(
      `${file}: ${path} must be of type ${type}, and is ${field === undefined ? "missing" : typeOf(field)}. Was the file edited, or cut off? Measure again.`,
    );
  }
  return asWrittenNow(value as Result);
}

/** Until 2026-11-30 a run without a threshold was written as passed. */
function asWrittenNow(result: Result): Result {
  if (result.kind !== "run") return result;
  const { verdict } = result;
  if (verdict.outcome !== "passed" || verdict.thresholds.length > 0) return result;
  return { ...result, verdict: { ...verdict, outcome: "no verdict" } };
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_RESULT_BYTES) return await readFile(file, "utf8");
    throw new ResultError(
      `${file} has ${size} bytes; a result has at most ${MAX_RESULT_BYTES}. Is it the right file?`,
    );
  } catch (error) {
    if (error instanceof ResultError) throw error;
    throw new ResultError(`${file} can't be read: ${(error as Error).message}.`);
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = text.trim() === "" ? "it is empty" : (error as Error).message;
    throw new ResultError(`${file} is no JSON: ${why}. Was the disk full when it was written?`);
  }
}

function fieldOf(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => {
    return typeOf(at) === "object" ? (at as Record<string, unknown>)[name] : undefined;
  }, value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
