import { availableParallelism } from "node:os";
import type { CapacityResult } from "../../capacity/capacity-result.ts";
import type { CapacityOptions } from "../../capacity/options.ts";
import { searchCapacity } from "../../capacity/search-capacity.ts";
import type { Progress } from "../../play/play-options.ts";
import type { RunResult } from "../../results/run-result.ts";
import { describeMachine } from "../../target/describe-machine.ts";
import { callsAsTarget } from "../capacity/calls-as-target.ts";
import { withServiceLevel } from "../capacity/service-level.ts";
import { connectionsTo } from "../play/connections-to.ts";
import { type PlayCallsOptions, playCalls } from "../play/play-calls.ts";
import { prepareCallPlay } from "../play/prepare-play.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { checkCalls } from "../spec/read-calls.ts";

export interface DriveOptions {
  /** Processes that make the load; 1 by default. */
  readonly generators?: number;
  /** To each server, of each generator; 2 by default, over HTTP/1.1 64. */
  readonly connections?: number;
  /** Steps begun and not over; more are not sent. */
  readonly maxOpen?: number;
  readonly driver?: "raw" | "grpc-js";
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

const MAX_OPEN = 20_000;

/**
 * Drives a scenario once, and says what came of it. Rejects with a RangeError for what can't be asked, with
 * a ReflectionError or GeneratorError when the target can't be reached; never because of what it answers.
 */
export async function drive(
  scenario: CallScenario,
  options: DriveOptions = {},
): Promise<RunResult> {
  return await playCalls(await prepared(scenario, options));
}

/** What a search may be told beside its scenario. */
export type CapacityRequest = DriveOptions &
  Partial<Omit<CapacityOptions, "command" | "startedAt" | "unit">>;

/** Searches the highest rate at which the scenario's thresholds hold; its own rate is tried first. */
export async function capacity(
  scenario: CallScenario,
  request: CapacityRequest = {},
): Promise<CapacityResult> {
  const options = await prepared(withServiceLevel(scenario), request);
  return await searchCapacity(callsAsTarget(options), {
    command: options.command,
    startedAt: new Date().toISOString(),
    unit: "calls a second",
    cores: availableParallelism(),
    start: scenario.perSecond,
    ...request,
  });
}

async function prepared(
  scenario: CallScenario,
  { driver = "raw", generators = 1, connections, maxOpen = MAX_OPEN, ...rest }: DriveOptions,
): Promise<PlayCallsOptions> {
  checkCalls(scenario);
  const { onProgress, signal } = rest;
  return {
    ...(await prepareCallPlay(scenario)),
    machine: describeMachine(),
    command: `a script: ${process.argv[1] ?? "none"}`,
    generators,
    generator: {
      driver,
      ...connectionsTo(scenario.target, connections),
      maxOpen,
    },
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  };
}
