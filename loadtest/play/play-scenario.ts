import { type Measured, mergeMeasured } from "../measure/measured.ts";
import { measuredToJson } from "../measure/measured-json.ts";
import { memorySlopes } from "../results/memory-slopes.ts";
import type { Resources } from "../results/resources.ts";
import type { Fill, RunResult } from "../results/run-result.ts";
import { strainOf } from "../results/strain.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { LoadTarget } from "../target/target.ts";
import { TargetError } from "../target/target-error.ts";
import { checkPlayable } from "./check-playable.ts";
import { unlessEnded, watchForEnd } from "./early-end.ts";
import { faultsIn } from "./faults/schedule-faults.ts";
import { startGenerators } from "./generators/generator-processes.ts";
import { GeneratorError, type Part } from "./generators/generators.ts";
import { readyInTime } from "./generators/ready-in-time.ts";
import { startGhz } from "./ghz/start-ghz.ts";
import { judgeRun } from "./judging/judge-run.ts";
import type { PlayOptions } from "./play-options.ts";
import { progressOf } from "./progress-of.ts";
import type { RunLog } from "./run-log.ts";
import { DRAIN_MS, longestTimeoutMsOf, runOut } from "./run-out.ts";

/** Connections are opened, and the timelines of watchers filled. */
const READY = { seconds: 120 };

/**
 * Plays a scenario against a target, once, and says what came of it. Rejects only when nothing could be
 * measured at all; whatever ends a run before its time is in the result as `failure`.
 */
export async function playScenario(options: PlayOptions): Promise<RunResult> {
  const { scenario, target, signal, part } = options;
  checkPlayable(scenario, options);
  const faults = faultsIn(scenario.faults, target);
  const progress = progressOf(options);
  using watch = watchForEnd(target, signal);
  await unlessEnded(watch, quiet(target));
  const fillAtStart = await options.fill?.();
  const start = options.generator.driver === "ghz" ? startGhz : startGenerators;
  using generators = start({ ...options, onProgress: progress.counted });
  await unlessEnded(watch, readyInTime(generators.ready, READY));
  const longestTimeoutMs = longestTimeoutMsOf(scenario);
  const around = { scenario, longestTimeoutMs, target, faults, watch, startAtMs: part?.startAtMs };
  const ranOut = await runOut({ ...around, onStage: progress.reached }, generators);
  const { parts, lost } = await generators.parts;
  for (const what of lost) ranOut.log.fail(what);
  if (parts.length === 0) throw new GeneratorError(ranOut.log.failures.join(" "));
  return await resultOf(options, parts, ranOut, fillAtStart);
}

async function quiet(target: LoadTarget): Promise<void> {
  await target.drained(DRAIN_MS).catch(({ message }: Error) => {
    throw new TargetError(`${message} Does another load run on it? A run begins in a quiet mesh.`);
  });
}

async function resultOf(
  options: PlayOptions,
  parts: readonly Part[],
  { resources, log }: { readonly resources: Resources; readonly log: RunLog },
  fillAtStart: Fill | undefined,
): Promise<RunResult> {
  const { scenario, command, machine, target, delivery, slice, part } = options;
  const fill = fillAtStart && (await fillOf(options, fillAtStart, log));
  const merged = mergeMeasured(parts.map((one) => one.measured));
  const measured = withDerived(merged, scenario, resources);
  const verdict = judgeRun(scenario, measured, log);
  for (const { failure } of parts) if (failure !== undefined) log.lacks(failure);
  return {
    kind: "run",
    version: 1,
    scenario,
    command,
    startedAt: new Date(measured.startedAtMs).toISOString(),
    machine,
    target: { ...target.description, ...(delivery && { delivery }) },
    slice,
    generators: part ? 1 : options.generators,
    ...(part && { part: { run: part.run, index: part.index, of: part.of } }),
    measured: measuredToJson(measured),
    verdict,
    resources,
    events: log.events,
    fill,
    probes: sentencesOf(parts),
    failure: log.failures.length === 0 ? undefined : log.failures.join(" "),
  };
}

/** A target that died may not say how full it is. */
async function fillOf({ fill }: PlayOptions, start: Fill, log: RunLog) {
  try {
    return fill && { start, end: await fill() };
  } catch (error) {
    log.lacks((error as Error).message);
    return undefined;
  }
}

/** Thresholds may name how fast a process's memory grows, and how the hard time compares with the time before. */
function withDerived(measured: Measured, scenario: Scenario, resources: Resources): Measured {
  const derived = [...memorySlopes(resources), ...strainOf(scenario, measured)];
  return { ...measured, counters: new Map([...measured.counters, ...derived]) };
}

function sentencesOf(parts: readonly Part[]): readonly string[] {
  if (parts.length === 1) return parts[0].sentences;
  return parts.flatMap(({ generator, sentences }) =>
    sentences.map((one) => `Probe of generator ${generator}: ${one}`),
  );
}
