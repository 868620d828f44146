import { newHistogram, record } from "../../measure/histogram.ts";
import type { Measured } from "../../measure/measured.ts";
import { measuredToJson } from "../../measure/measured-json.ts";
import { Recorder } from "../../measure/recorder.ts";
import { measuredOf } from "../../measure/testing/measured-of.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import type { RunResult } from "../../results/run-result.ts";
import { randomOf, timeAround } from "./random.ts";
import { emptyResources, resourcesFixture } from "./resources-fixture.ts";
import { scenarioFixture, WARM_UP_SECONDS } from "./scenario-fixture.ts";

export interface RunFixture {
  readonly name?: string;
  /** Of the measured part. */
  readonly seconds?: number;
  readonly perSecond?: number;
  readonly seed?: number;
  /** The generator is so late, typically. */
  readonly latenessMicros?: number;
  readonly thresholds?: readonly string[];
  readonly lost?: number;
  /** The run ends then. */
  readonly diesAtSecond?: number;
  /** The target was not started here. */
  readonly isForeign?: boolean;
}

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const OPERATIONS = [
  { name: "timeline.get", timeoutMs: 2_000, share: 0.52, medianMicros: 1_400, sigma: 0.55 },
  { name: "post.batchGet", timeoutMs: 2_000, share: 0.4, medianMicros: 700, sigma: 0.5 },
  { name: "post.create", timeoutMs: 2_000, share: 0.08, medianMicros: 2_300, sigma: 0.7 },
] as const;

/** A run as it could have been: a service killed in the middle, a stall after it, seeded. As read from its file. */
export function runFixture(options: RunFixture = {}): RunResult {
  const { seconds = 60, perSecond = 200, thresholds = ["p99(timeline.get) < 5s"] } = options;
  const scenario = scenarioFixture({ ...options, seconds, thresholds });
  const lasted = options.diesAtSecond ?? seconds;
  const measured = measure(options, { lasted, perSecond, killedAt: seconds * 0.4 });
  const died = `The target died: timeline-0 ended with SIGKILL.`;
  const result: RunResult = {
    kind: "run",
    version: 1,
    scenario,
    command: `npm run load -- run kill-a-timeline --seconds ${seconds}`,
    startedAt: "2026-11-21T13:27:00.000Z",
    machine: { cpus: 2, model: "AMD EPYC 7763", memoryGiB: 24, node: "v26.9.0" },
    target: {
      kind: options.isForeign ? "running" : "own mesh",
      engine: options.isForeign ? "unknown" : "embedded",
      timelines: 2,
      owners: 20,
      node: "v26.9.0",
      commit: "97d8a64+",
      env: { TIDINGS_FRIEND_GRAPH: "synthetic", TIDINGS_FRIEND_SYNTHETIC_PEOPLE: "1000000" },
    },
    slice: {
      text: "One of 20 timeline owners sees what it would see of the whole.",
      preserves: ["every post, and its deliveries to this owner", "the batch fill of 20 owners"],
      loses: ["the network between machines"],
    },
    generators: 2,
    measured: measuredToJson(measured),
    verdict: judge(measured, thresholds.map(parseThreshold)),
    resources: options.isForeign ? emptyResources() : resourcesFixture(lasted, seconds * 0.4),
    events: [
      { atSecond: seconds * 0.4, what: "timeline-1 is killed" },
      { atSecond: seconds * 0.45, what: "timeline-1 is started again" },
      { atSecond: seconds * 0.46, what: "timeline-1 is back" },
      ...(options.diesAtSecond ? [{ atSecond: lasted, what: died }] : []),
    ].filter(({ atSecond }) => atSecond <= lasted),
    fill: options.isForeign ? undefined : fillFixture(),
    probes: options.lost ? ["Post 7131 of 4 was not seen by 19 within 30 s."] : [],
    failure: options.diesAtSecond ? died : undefined,
  };
  return JSON.parse(JSON.stringify(result)) as RunResult;
}

interface Shape {
  readonly lasted: number;
  readonly perSecond: number;
  readonly killedAt: number;
}

function measure(options: RunFixture, { lasted, perSecond, killedAt }: Shape): Measured {
  const { seed = 1, latenessMicros = 30, lost = 0 } = options;
  const random = randomOf(seed);
  const recorder = new Recorder(OPERATIONS, WARM_UP_SECONDS * 1e6);
  const lag = { values: newHistogram(), lateness: newHistogram() };
  const steps = Math.max(1, Math.floor(lasted * perSecond));
  for (let i = 0; i < steps; i++) {
    const second = ((i + random()) / steps) * lasted;
    const draw = random();
    const operation = draw < 0.52 ? 0 : draw < 0.92 ? 1 : 2;
    const { medianMicros, sigma, timeoutMs } = OPERATIONS[operation];
    const intendedMicros = Math.floor((WARM_UP_SECONDS + second) * 1e6);
    const isAway = second > killedAt && second < killedAt + 2.5 && random() < 0.4;
    const isTimeout = isAway && random() < 0.1;
    const stall = second > killedAt + 2.5 && second < killedAt + 6 ? 20 : 1;
    const written = intendedMicros + timeAround(random, latenessMicros, 0.8);
    const service = timeAround(random, medianMicros * stall, sigma);
    const slotWaitMicros = stall > 1 ? Math.floor(random() * 2_000) : 0;
    recorder.intended(operation, intendedMicros);
    recorder.ended(operation, {
      outcome: isTimeout ? "timeout" : isAway ? "failed" : "ok",
      status: isTimeout ? DEADLINE_EXCEEDED : isAway ? UNAVAILABLE : 0,
      intendedMicros,
      readyMicros: intendedMicros,
      writtenMicros: written + slotWaitMicros,
      endedMicros: written + slotWaitMicros + (isTimeout ? timeoutMs * 1000 : service),
      slotWaitMicros,
      flowWaitMicros: 0,
    });
    if (operation === 2) {
      record(lag.values, timeAround(random, 18_000 * stall, 0.6));
      record(lag.lateness, timeAround(random, 150, 0.8));
    }
  }
  return measuredOf(recorder, {
    seconds: lasted,
    driver: { name: "raw", ceilingPerSecond: 31_000 },
    distributions: new Map([["lag", lag]]),
    counters: new Map([
      ["lost", lost],
      ["repeated", 0],
      ["stale", 0],
    ]),
    machines: ["one", "two"].map((host) => ({
      host,
      seconds: lasted,
      stealShare: 0.004,
      throttledShare: 0,
      pressureShare: undefined,
      cpuShare: 0.11,
      probeRatio: 0.98,
    })),
  });
}

function fillFixture() {
  const start = {
    posts: 1_200_000,
    activeViewers: 100_000,
    entries: 20_000_000,
    bytes: { post: 911_000_000, timeline: 412_000_000 },
    caches: "warm",
  } as const;
  return {
    start,
    end: { ...start, posts: 1_203_100, bytes: { ...start.bytes, post: 914_000_000 } },
  };
}
