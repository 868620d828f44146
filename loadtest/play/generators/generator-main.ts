/**
 * A generator process: told what to do by generator-process.ts, over IPC, which also ends it. It does not
 * end by itself: what it said last could be lost on the way.
 */

import { shardOfHalves } from "../../../services/model/shards.ts";
import type { CallPlan } from "../../calls/play/call-plan.ts";
import { prepareCalls } from "../../calls/play/prepare-calls.ts";
import { liveOperations } from "../../live/live-sample.ts";
import { GENERATOR_NICENESS, takeNiceness } from "../../measure/machine/priority.ts";
import { measuredToJson } from "../../measure/measured-json.ts";
import { failures } from "../../measure/operation-record.ts";
import type { Recorder } from "../../measure/recorder.ts";
import { prepareGenerator, type ReadyGenerator } from "./generate.ts";
import type { FromGenerator, ToGenerator } from "./generator-messages.ts";
import type { GeneratorPlan } from "./generator-plan.ts";

const PROGRESS_MS = 500;

type Told<K extends ToGenerator["kind"]> = Extract<ToGenerator, { kind: K }>;
const told = {
  plan: Promise.withResolvers<Told<"plan">>(),
  start: Promise.withResolvers<Told<"start">>(),
  settled: Promise.withResolvers<Told<"settled">>(),
};
const stopping = new AbortController();
takeNiceness(GENERATOR_NICENESS);
let ownerByShard: GeneratorPlan["target"]["ownerByShard"] = [];

process.on("message", (message: ToGenerator) => {
  if (message.kind === "stop") stopping.abort();
  else if (message.kind === "owners") ownerByShard = message.ownerByShard;
  else told[message.kind].resolve(message as never);
});
// Whoever plays the scenario is gone, and so is the reason to go on.
process.on("disconnect", () => process.exit(1));
// A Ctrl-C in the terminal reaches the whole group: the player says what to do.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

try {
  await generate((await told.plan.promise).plan);
} catch (error) {
  await say({ kind: "error", message: error instanceof Error ? error.message : String(error) });
}

async function generate(plan: GeneratorPlan | CallPlan): Promise<void> {
  await using generator = await prepare(plan);
  await say({ kind: "ready" });
  const { startAtMs } = await told.start.promise;
  let progress: NodeJS.Timeout | undefined;
  const { measured, failure, sentences } = await generator.run({
    startAtMs,
    signal: stopping.signal,
    onStart: (recorder) => {
      const measuredFromMs = monotonicMsAt(startAtMs) + plan.scenario.warmUpSeconds * 1_000;
      progress = setInterval(() => {
        const seconds = (performance.now() - measuredFromMs) / 1_000;
        void say(progressOf(recorder, Math.max(0, seconds)));
      }, PROGRESS_MS);
    },
    async settled() {
      clearInterval(progress);
      await say({ kind: "sent" });
      return (await told.settled.promise).look;
    },
  });
  await say({
    kind: "measured",
    measured: measuredToJson(measured),
    sentences,
    failure: failure === undefined ? undefined : String(failure),
  });
}

function prepare(plan: GeneratorPlan | CallPlan): Promise<ReadyGenerator> {
  if ("kind" in plan) return prepareCalls(plan);
  ownerByShard = plan.target.ownerByShard;
  return prepareGenerator(plan, ownerOf);
}

/** People of a world have ids below 2^31. */
function ownerOf(viewer: number): number {
  return ownerByShard[shardOfHalves(viewer, 0)];
}

/** Of the wall clock, on the scale of performance.now(). */
function monotonicMsAt(wallMs: number): number {
  return performance.now() + Math.max(0, wallMs - Date.now());
}

function progressOf(recorder: Recorder, measuredSeconds: number): FromGenerator {
  let { sent, failed } = recorder.warmUp;
  for (const { counts } of recorder.operations) {
    sent += counts.sent;
    failed += failures(counts);
  }
  return { kind: "progress", sent, failed, operations: liveOperations(recorder, measuredSeconds) };
}

function say(message: FromGenerator): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
}
