import { mergeMeasured } from "../../measure/measured.ts";
import { measuredToJson } from "../../measure/measured-json.ts";
import { unlessEnded, watchForEnd } from "../../play/early-end.ts";
import { startGenerator } from "../../play/generators/generator-process.ts";
import { countTogether, joinGenerators } from "../../play/generators/generator-processes.ts";
import { GeneratorError, type Part } from "../../play/generators/generators.ts";
import { readyInTime } from "../../play/generators/ready-in-time.ts";
import { judgeRun } from "../../play/judging/judge-run.ts";
import type { PartOptions, Progress } from "../../play/play-options.ts";
import { progressOf } from "../../play/progress-of.ts";
import type { RunLog } from "../../play/run-log.ts";
import { runOut } from "../../play/run-out.ts";
import type { Resources } from "../../results/resources.ts";
import type { MachineDescription, RunResult } from "../../results/run-result.ts";
import { longestTimeoutMs } from "../plan/longest-timeout.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { textWithoutSecrets, withoutSecrets } from "../spec/without-secrets.ts";
import { anyTarget } from "./any-target.ts";
import type { CallPlan } from "./call-plan.ts";
import { readyWithin } from "./ready-within.ts";

export interface PlayCallsOptions {
  readonly scenario: CallScenario;
  readonly descriptors: Uint8Array | undefined;
  /** What of its trace was left out or changed, in sentences. */
  readonly notes?: readonly string[] | undefined;
  readonly machine: MachineDescription;
  /** What was typed. */
  readonly command: string;
  readonly generators: number;
  readonly generator: Pick<
    CallPlan,
    "driver" | "connections" | "mostConnections" | "maxOpen" | "ceilingPerSecond"
  >;
  /** The number of the first call; 0 by default. */
  readonly firstCall?: number;
  /** Only this part of the load is made here. */
  readonly part?: PartOptions | undefined;
  /** When to begin, ms since the Unix epoch; asked once the generators are connected. */
  readonly startAt?: () => Promise<number>;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Plays calls against any target, once, and says what came of it. Rejects only when nothing could be
 * measured at all.
 */
export async function playCalls(options: PlayCallsOptions): Promise<RunResult> {
  const { scenario, signal, part, startAt } = options;
  const target = anyTarget(scenario);
  using watch = watchForEnd(target, signal);
  const progress = progressOf(options);
  const plans = plansOf(options);
  const counted = countTogether(plans.length, progress.counted);
  using generators = joinGenerators(
    plans.map((plan, i) => startGenerator(plan, (own) => counted(i, own))),
  );
  await unlessEnded(watch, readyInTime(generators.ready, await readyWithin(scenario)));
  const ranOut = await runOut(
    {
      scenario,
      longestTimeoutMs: longestTimeoutMs(scenario),
      target,
      faults: [],
      watch,
      startAtMs: startAt ? await startAt() : part?.startAtMs,
      onStage: progress.reached,
    },
    generators,
  );
  const { parts, lost } = await generators.parts;
  for (const what of lost) ranOut.log.fail(what);
  if (parts.length === 0) throw new GeneratorError(ranOut.log.failures.join(" "));
  return resultOf(options, parts, ranOut);
}

function plansOf(options: PlayCallsOptions) {
  const { scenario, descriptors, generator, generators, firstCall = 0, part } = options;
  const plan = { kind: "calls", ...generator, scenario, descriptors, firstCall } as const;
  if (part) return [{ ...plan, generator: part.index, generators: part.of }];
  return Array.from({ length: generators }, (_, i) => ({ ...plan, generator: i, generators }));
}

function resultOf(
  options: PlayCallsOptions,
  parts: readonly Part[],
  { resources, log }: { readonly resources: Resources; readonly log: RunLog },
): RunResult {
  const { scenario, command, machine, part, notes = [] } = options;
  const measured = mergeMeasured(parts.map((one) => one.measured));
  const verdict = judgeRun(scenario, measured, log);
  for (const { failure } of parts) if (failure !== undefined) log.lacks(failure);
  return {
    kind: "run",
    version: 1,
    scenario: withoutSecrets(scenario),
    command,
    startedAt: new Date(measured.startedAtMs).toISOString(),
    machine,
    target: anyTarget(scenario).description,
    slice: {
      text: textWithoutSecrets([describeLoad(scenario), ...notes].join(" ")),
      preserves: [],
      loses: [],
    },
    generators: part ? 1 : options.generators,
    ...(part && { part: { run: part.run, index: part.index, of: part.of } }),
    measured: measuredToJson(measured),
    verdict,
    resources,
    events: log.events,
    fill: undefined,
    probes: parts.flatMap(({ sentences }) => sentences),
    failure: log.failures.length === 0 ? undefined : log.failures.join(" "),
  };
}

/** As "500 flows a second (poisson) to localhost:50051 over grpc". */
function describeLoad({ perSecond, arrivals, target, flows, trace }: CallScenario): string {
  if (trace) {
    const speed = (trace.speed ?? 1) === 1 ? "its own pace" : `${trace.speed} times its pace`;
    return `${trace.file} at ${speed} to ${target.addresses.join(", ")} over ${target.protocol}.`;
  }
  const what = flows.every(({ steps }) => steps.length === 1) ? "calls" : "flows";
  const tls = target.tls ? " with TLS" : "";
  return `${perSecond} ${what} a second (${arrivals}) to ${target.addresses.join(", ")} over ${target.protocol}${tls}.`;
}
