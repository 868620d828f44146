import { execFile } from "node:child_process";
import { type GhzDetail, MAX_CALLS, readGhz } from "./details.ts";

export interface GhzPlan {
  /** host:port */
  readonly address: string;
  /** As "tidings.post.v1.PostService/CreatePost". */
  readonly method: string;
  /** Requests as a JSON array, taken in turn: a file as `load traffic` writes it. */
  readonly dataFile: string;
  readonly ratePerSecond: number;
  readonly calls: number;
  /** At most so many in flight: ghz without this bound starts goroutines without end. */
  readonly inFlight: number;
  /** Not more than may be in flight. */
  readonly connections: number;
  readonly timeoutMs: number;
  /** Compiled descriptors; server reflection without. */
  readonly protoset?: string;
}

const MAX_OUTPUT_BYTES = 1_000_000_000;

/** Throws when it is more than ghz can keep. */
export function ghzArguments(plan: GhzPlan): readonly string[] {
  if (plan.calls >= MAX_CALLS) {
    throw new RangeError(
      `ghz keeps the details of ${MAX_CALLS} calls, and ${plan.calls} to ${plan.method} were asked for: make shorter steps, or use another driver.`,
    );
  }
  return [
    "--insecure",
    `--call=${plan.method}`,
    `--data-file=${plan.dataFile}`,
    `--rps=${plan.ratePerSecond}`,
    `--total=${plan.calls}`,
    `--concurrency=${plan.inFlight}`,
    `--connections=${Math.min(plan.connections, plan.inFlight)}`,
    `--timeout=${plan.timeoutMs}ms`,
    "--format=json",
    ...(plan.protoset ? [`--protoset=${plan.protoset}`] : []),
    plan.address,
  ];
}

/** Runs ghz once, by the path of its program. The signal ends it. */
export function runGhz(
  program: string,
  plan: GhzPlan,
  signal?: AbortSignal,
): Promise<readonly GhzDetail[]> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES, ...(signal ? { signal } : {}) };
  return new Promise((resolve, reject) => {
    execFile(program, ghzArguments(plan), options, (error, stdout, stderr) => {
      if (error) return reject(new Error(`ghz failed: ${stderr.trim() || error.message}`));
      try {
        resolve(readGhz(stdout));
      } catch (unreadable) {
        reject(unreadable);
      }
    });
  });
}
