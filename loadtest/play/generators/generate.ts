import type { Population } from "../../../population/population.ts";
import { sentAgainSentences } from "../../drivers/sent-again.ts";
import type { Recorder } from "../../measure/recorder.ts";
import { openProbe } from "../../probes/open-probe.ts";
import type { Probe } from "../../probes/probe.ts";
import type { MeasuredRun, MeasureOptions } from "../../run/measure-run.ts";
import { RunClock } from "../../run/run-clock.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import { expectedCalls } from "../../sessions/expected-rates.ts";
import { loadCredentials } from "../../target/load-credentials.ts";
import type { GeneratorPlan } from "./generator-plan.ts";
import { holdStreamsOf } from "./hold-streams-of.ts";
import { prepareWork } from "./prepare-work.ts";

/** A generator that is connected and watches; it begins when it is told. */
export interface ReadyGenerator extends AsyncDisposable {
  run(times: RunTimes): Promise<GeneratedRun>;
}

export interface GeneratedRun extends MeasuredRun {
  /** What its probe has to say. */
  readonly sentences: readonly string[];
}

export interface RunTimes {
  /** When to begin, ms since the Unix epoch. */
  readonly startAtMs: number;
  readonly signal: AbortSignal;
  readonly onStart: (recorder: Recorder) => void;
  /**
   * Called when all steps are over. Resolves when the target is as quiet as it will be: true when the probe
   * is to look for what is missing. Without a look nobody knows of anything lost.
   */
  readonly settled: () => Promise<boolean>;
  /** See MeasureOptions. */
  readonly probe?: () => number;
}

/** Index into the target's timeline addresses of a viewer's owner, as of now; -1: not in this slice. */
type OwnerOf = (viewer: number) => number;

/** Connects, plans and watches: all that must not happen while load is made. */
export async function prepareGenerator(
  plan: GeneratorPlan,
  ownerOf: OwnerOf,
): Promise<ReadyGenerator> {
  await using opening = new AsyncDisposableStack();
  const clock = new RunClock();
  const { scenario } = plan;
  const population = populationOf(scenario);
  let probe: Probe | undefined;
  const { driver, work } = await prepareWork(plan, {
    population,
    clock,
    ownerOf,
    listener: { acknowledged: (...post) => probe?.acknowledged(...post) },
  });
  opening.adopt(driver, (one) => one.close());
  if (plan.watchers > 0)
    probe = opening.use(await openProbeOf(plan, { population, clock, ownerOf }));
  const streams = await holdStreamsOf(plan, { population, clock });
  if (streams) opening.use(streams);
  const opened = opening.move();
  return {
    async run(times) {
      const settled: MeasureOptions["settled"] = async ({ operations }) => {
        const look = await times.settled();
        if (look) await probe?.finish({ drained: Promise.resolve() });
        return {
          distributions: probe?.distributions(operations) ?? new Map(),
          counters: new Map([...(probe?.counters() ?? []), ...(streams?.counters() ?? [])]),
          series: probe?.series() ?? new Map(),
        };
      };
      const run = await work({ ...times, settled });
      const sentences = [
        ...(probe?.report().sentences ?? []),
        ...(streams ? [streams.sentence()] : []),
        ...sentAgainSentences(driver.sentAgain?.() ?? 0),
      ];
      return { ...run, sentences };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Each generator's probe watches others, and knows of its own posts alone. */
async function openProbeOf(
  { scenario, target, watchers, generator }: GeneratorPlan,
  parts: { readonly population: Population; readonly clock: RunClock; readonly ownerOf: OwnerOf },
): Promise<Probe> {
  const calls = expectedCalls(scenario, parts.population);
  const posts = (calls["post.create"] ?? 0) + (calls["gateway.post"] ?? 0);
  return await openProbe({
    ...parts,
    credentials: await loadCredentials(target.tokenEnv),
    seed: (scenario.world.seed + generator) >>> 0,
    timelineAddresses: target.addresses.timeline,
    postAddresses: target.addresses.post,
    fromMicros: scenario.warmUpSeconds * 1e6,
    watchers,
    postsPerSecond: posts,
  });
}
