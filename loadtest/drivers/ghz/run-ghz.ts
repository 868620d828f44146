import { execFile } from "node:child_process";
import { type GhzResult, MAX_CALLS, readGhz } from "./details.ts";

export interface GhzPlan {
  /** host:port */
  readonly address: string;
  /** As "tidings.post.v1.PostService/CreatePost". */
  readonly call: string;
  /** Requests as JSON, taken in turn: a file as `load traffic` writes it. */
  readonly dataFile: string;
  readonly ratePerSecond: number;
  readonly calls: number;
  /** At most so many in flight: ghz without this bound starts goroutines without end. */
  readonly inFlight: number;
  readonly connections: number;
  readonly timeoutMs: number;
  /** Compiled descriptors; server reflection without. */
  readonly protoset?: string;
  /** Where ghz is, when not on the PATH. */
  readonly program?: string;
}

const MAX_OUTPUT_BYTES = 1_000_000_000;

export function ghzArguments(plan: GhzPlan): readonly string[] {
  if (plan.calls >= MAX_CALLS) {
    throw new RangeError(
      `ghz keeps the details of ${MAX_CALLS} calls, and ${plan.calls} were asked for: make shorter steps.`,
    );
  }
  return [
    "--insecure",
    `--call=${plan.call}`,
    `--data-file=${plan.dataFile}`,
    `--rps=${plan.ratePerSecond}`,
    `--total=${plan.calls}`,
    `--concurrency=${plan.inFlight}`,
    `--connections=${plan.connections}`,
    `--timeout=${plan.timeoutMs}ms`,
    "--format=json",
    ...(plan.protoset ? [`--protoset=${plan.protoset}`] : []),
    plan.address,
  ];
}

/** Runs ghz once. Rejects with what to do when it is not installed. */
export function runGhz(plan: GhzPlan): Promise<GhzResult> {
  const { program = "ghz" } = plan;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string) => {
      if (!error) {
        resolve(readGhz(stdout));
      } else if ("code" in error && error.code === "ENOENT") {
        reject(
          new Error(
            `${program} was not found: install ghz (go install github.com/bojand/ghz/cmd/ghz@latest) and put it on the PATH, or use another driver.`,
          ),
        );
      } else reject(new Error(`ghz failed: ${stderr.trim() || error.message}`));
    };
    execFile(program, ghzArguments(plan), { maxBuffer: MAX_OUTPUT_BYTES }, done);
  });
}
