import type { Population } from "../../population/population.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import type { MicroClock, Target } from "../drivers/driver.ts";
import type { StepSource } from "../run/step.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { TargetAddresses } from "../target/target.ts";
import type { PostListener, Protocol } from "./asking.ts";
import { mixSteps } from "./calls/mix-steps.ts";
import { type CallAt, planCalls } from "./calls/planned-calls.ts";
import { grpcProtocol } from "./grpc/grpc-protocol.ts";
import { mergeSources } from "./merge-sources.ts";
import {
  OperationTable,
  type PlannedOperation,
  SLOW_TIMEOUT_MS,
  TIMEOUT_MS,
  type Via,
} from "./operations.ts";
import { pacerFor } from "./pace.ts";
import { restProtocol } from "./rest/rest-protocol.ts";
import { createTokens } from "./rest/tokens.ts";
import { sessionSteps } from "./session-steps.ts";
import { surgeSteps } from "./surges.ts";

export interface PlanOptions {
  readonly scenario: Scenario;
  readonly population: Population;
  /** Which of how many, from 0. */
  readonly generator: number;
  readonly generators: number;
  /** host:port of each service's servers. */
  readonly addresses: TargetAddresses;
  /** Index of a viewer's owner in addresses.timeline; below 0: their timeline is not in this slice. */
  readonly ownerOf: (viewer: number) => number;
  /** The clock of the run. */
  readonly clock: MicroClock;
  /**
   * Names the run: unlike any other within a day on the same target, or its posts would be taken for
   * repeats of that run's and not be new. The same for all generators; 1 to 32 letters, digits or hyphens.
   */
  readonly run: string;
  readonly listener?: PostListener | undefined;
  /** Of the gateway: where it keeps its key for development. For a load over REST. */
  readonly tokenEnv?: Environment;
}

/** A generator's part of a scenario, as `measureRun` takes it. */
export interface Plan {
  readonly operations: readonly PlannedOperation[];
  /** Of each operation, for the drivers. */
  readonly targets: readonly Target[];
  /** From the beginning of the warm-up, which is 0, to the end. */
  readonly source: StepSource;
}

/** The calls of a closed loop, for `runClosedLoop`. */
export interface ClosedPlan extends Omit<Plan, "source"> {
  readonly callAt: CallAt;
}

/**
 * What an open scenario asks, in the order of its time. To be called before the target waits for anything:
 * sessions in progress are drawn first, some 5 s for 20 million daily users. Throws RangeError for what
 * cannot be.
 */
export async function planSteps(options: PlanOptions): Promise<Plan> {
  const { scenario, run } = options;
  checkRunName(run);
  const operations = new OperationTable();
  const speak = await speakerOf(options, operations);
  const load = await loadSteps(options, operations, speak);
  const context = {
    ...options,
    protocol: speak(SLOW_TIMEOUT_MS),
    direct: grpcOf(options, operations, SLOW_TIMEOUT_MS, "grpc"),
    freshConnections: grpcOf(options, operations, SLOW_TIMEOUT_MS, "fresh connection"),
  };
  const surges = scenario.surges.map((surge, i) => surgeSteps(surge, i, context));
  return { ...tableOf(operations), source: mergeSources([load, ...surges]) };
}

/** Throws RangeError for a scenario whose load is no closed loop. */
export async function planClosedLoop(options: PlanOptions): Promise<ClosedPlan> {
  const { load, name } = options.scenario;
  if (load.kind !== "closed") throw new RangeError(`${name} is no closed loop`);
  const operations = new OperationTable();
  const callAt = await planCalls(options, load.calls, operations, "closed.");
  return { ...tableOf(operations), callAt };
}

function tableOf({ rows }: OperationTable) {
  return { operations: rows, targets: rows.map(({ target }) => target) };
}

async function loadSteps(
  options: PlanOptions,
  operations: OperationTable,
  speak: Speaker,
): Promise<StepSource> {
  const { scenario, generator, generators } = options;
  const { load, name, world } = scenario;
  if (load.kind === "closed") throw new RangeError(`${name} is a closed loop`);
  if (load.kind === "sessions") return sessionSteps(options, load.via, speak(TIMEOUT_MS));
  const callAt = await planCalls(options, load.calls, operations, "");
  const pacer = pacerFor(scenario, load.perSecond);
  const { spread = "poisson" } = load;
  return mixSteps({ seed: world.seed, spread, pacer, generator, generators, callAt });
}

/** How the load speaks, with a person's patience for a page. */
type Speaker = (pageTimeoutMs: number) => Protocol;

async function speakerOf(options: PlanOptions, operations: OperationTable): Promise<Speaker> {
  const { load } = options.scenario;
  if (load.kind !== "sessions" || load.via === "grpc") {
    return (pageTimeoutMs) => grpcOf(options, operations, pageTimeoutMs, "grpc");
  }
  const tokens = await createTokens(options.tokenEnv ?? {}, Date.now());
  const gateways = options.addresses.gateway;
  return (pageTimeoutMs) =>
    restProtocol({ ...options, operations, gateways, tokens, pageTimeoutMs });
}

function grpcOf(
  options: PlanOptions,
  operations: OperationTable,
  pageTimeoutMs: number,
  via: Via,
): Protocol {
  return grpcProtocol({ ...options, operations, pageTimeoutMs, via });
}

const RUN_NAME = /^[\w-]{1,32}$/;

function checkRunName(run: string): void {
  if (RUN_NAME.test(run)) return;
  throw new RangeError(`run: ${JSON.stringify(run)} is not 1 to 32 letters, digits or hyphens`);
}
