import { measuredOf } from "../../measure/testing/measured-of.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { intendedTimes } from "../../pacers/arrivals.ts";
import { constant } from "../../pacers/shapes.ts";
import { type QueueModel, QueueServer } from "../../run/testing/queue-server.ts";
import { normalNoise } from "../../run/testing/seeded-noise.ts";
import { simulateWith, stepsAt } from "../../run/testing/simulate.ts";
import { VirtualTime } from "../../run/testing/virtual-time.ts";
import type { CapacityTarget, HeldStep } from "../capacity-target.ts";

export interface SimulatedTarget {
  readonly model: QueueModel;
  /** What it is otherwise in the n-th step. */
  readonly modelIn?: (step: number) => Partial<QueueModel>;
  readonly thresholds: readonly string[];
  readonly seed: number;
  /** At random (Poisson) unless even. */
  readonly arrivals?: "even";
  /** Spread of the server's speed from step to step: one standard deviation of its logarithm. */
  readonly speedSpread?: number;
  /** The CPU probe of the n-th time that it is asked, over the first. */
  readonly probe?: (asked: number) => number;
  readonly warmUpSeconds?: number;
  /** The share of the n-th step for which others have the CPUs that the server wants. */
  readonly wanted?: (step: number) => number;
}

const MICROS = 1e6;
const CHECK_MICROS = 100_000;
const MACHINE = {
  host: "model",
  stealShare: 0,
  throttledShare: 0,
  pressureShare: 0,
  cpuShare: 0,
  probeRatio: 1,
};

/**
 * A queueing server in virtual time: every step is a whole measured run through the engine, judged by the
 * thresholds as a real one is. Load is calls a second.
 */
export function simulatedTarget(target: SimulatedTarget): CapacityTarget {
  const { speedSpread = 0, seed, probe } = target;
  const noise = normalNoise(seed);
  let nowSeconds = 0;
  let idleAtSeconds = 0;
  let steps = 0;
  let asked = 0;
  return {
    async hold(load, seconds) {
      const step = steps++;
      const wanted = target.wanted?.(step) ?? 0;
      const speed = Math.exp(speedSpread * noise()) * (1 - wanted);
      const planned = { target, load, seconds, speed, wanted, step };
      const { held, tookSeconds, busySeconds } = run(planned);
      idleAtSeconds = nowSeconds + busySeconds;
      nowSeconds += tookSeconds;
      return held;
    },
    async drained(withinSeconds) {
      const waits = idleAtSeconds - nowSeconds;
      nowSeconds += Math.min(Math.max(0, waits), withinSeconds);
      if (waits > withinSeconds) throw new Error(`calls wait for ${waits.toFixed(0)} s more.`);
    },
    nowSeconds: () => nowSeconds,
    ...(probe ? { probeCpu: () => probe(asked++) } : {}),
  };
}

function run({
  target,
  load,
  seconds,
  speed,
  wanted,
  step,
}: {
  readonly target: SimulatedTarget;
  readonly load: number;
  readonly seconds: number;
  readonly speed: number;
  readonly wanted: number;
  readonly step: number;
}) {
  const { thresholds, seed, arrivals = "poisson", warmUpSeconds = 5 } = target;
  const model = { ...target.model, ...target.modelIn?.(step) };
  const time = new VirtualTime();
  const server = new QueueServer(time, { ...model, serviceMicros: model.serviceMicros / speed });
  const all = constant(load, warmUpSeconds + seconds);
  const times = intendedTimes(all, { seed: seed * 1_000 + step, spread: arrivals });
  const samples: number[] = [];
  let busyMicros = 0;
  time.at(warmUpSeconds * MICROS, () => {
    busyMicros = server.busyMicros;
  });
  for (let second = 1; second <= seconds; second++) {
    time.at((warmUpSeconds + second) * MICROS, () => samples.push(server.waiting));
  }
  let lastAnswerMicros = 0;
  const recorder = simulateWith(
    server.driver(),
    time,
    Array.from(stepsAt(times), (one) => ({
      ...one,
      answered: () => {
        lastAnswerMicros = time.nowMicros();
      },
    })),
    { warmUpMicros: warmUpSeconds * MICROS, checkMicros: CHECK_MICROS },
  );
  const endSeconds = Math.max(warmUpSeconds + seconds, lastAnswerMicros / MICROS);
  const measuredSeconds = endSeconds - warmUpSeconds;
  const cpuSeconds = Math.min(model.workers * seconds, (server.busyMicros - busyMicros) / MICROS);
  const busyCores = cpuSeconds / measuredSeconds + wanted * model.workers;
  const measured = measuredOf(recorder, {
    seconds: measuredSeconds,
    machines: [{ ...MACHINE, seconds, busyCores }],
  });
  const held: HeldStep = {
    measured,
    verdict: judge(measured, thresholds.map(parseThreshold)),
    resources: {
      atSeconds: samples.map((_, i) => i + 1),
      processes: [
        {
          label: "server",
          cpuSeconds,
          cpuShare: samples.map(() => cpuSeconds / seconds),
          residentMiB: samples.map(() => 100),
          waitedShare: wanted,
          wantedShare: cpuSeconds / model.workers / seconds, // it is slower as it waits, and so it is in its busy time
        },
      ],
      pending: { waiting: samples },
      work: {},
    },
    failure: undefined,
  };
  return { held, tookSeconds: endSeconds, busySeconds: server.idleSinceMicros / MICROS };
}
