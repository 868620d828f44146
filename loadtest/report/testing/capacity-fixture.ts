import type { CapacityResult, CapacityStep } from "../../capacity/capacity-result.ts";

const LOADS: readonly (readonly [number, CapacityStep["phase"], CapacityStep["outcome"]])[] = [
  [4_000_000, "search", "held"],
  [16_000_000, "search", "failed"],
  [10_000_000, "search", "held"],
  [13_000_000, "search", "failed"],
  [13_000_000, "search", "failed"],
  [11_500_000, "search", "inconclusive"],
  [11_500_000, "search", "held"],
  [11_500_000, "search", "held"],
  [12_200_000, "search", "failed"],
  [12_200_000, "search", "failed"],
  [11_500_000, "confirm", "held"],
  [11_500_000, "confirm", "held"],
  [11_500_000, "confirm", "held"],
  [8_000_000, "recover", "held"],
];

/** A search that found its interval. */
export function capacityFixture(changes: Partial<CapacityResult> = {}): CapacityResult {
  return {
    kind: "capacity",
    version: 1,
    command: "npm run load -- capacity --people 1M",
    startedAt: "2026-11-21T13:27:00.000Z",
    unit: "daily users",
    confirmed: 11_500_000,
    failed: 12_200_000,
    steps: LOADS.map(([load, phase, outcome], i) => stepOf(load, phase, outcome, i)),
    estimate: { load: 11_900_000, low: 11_600_000, high: 12_150_000, spread: 0.02 },
    costMicros: { "fanout-0": 410, "timeline-0": 190, "post-0": 160, gateway: 28 },
    recovery: { recovered: true, seconds: 14 },
    saturated: "fanout-0 used 97% of a core at 12,200,000 daily users.",
    summary: [
      "10.9M daily users per core over gRPC, on the embedded engines.",
      "At the batch fill of 20 owners.",
    ],
    ...changes,
  };
}

function stepOf(
  load: number,
  phase: CapacityStep["phase"],
  outcome: CapacityStep["outcome"],
  i: number,
): CapacityStep {
  const use = load / 12_500_000;
  const wait = 1 / Math.max(0.02, 1 - use * (0.97 + 0.01 * (i % 3)));
  return {
    load,
    phase,
    outcome,
    seconds: phase === "confirm" ? 60 : 20,
    reasons: REASONS[outcome],
    figures: {
      "timeline.get p50": 0.7 + 0.05 * wait,
      "timeline.get p99": 2.2 * wait,
      "post.create p99": 3.1 * wait,
      "lag p99": 41 * wait,
    },
    goodput: (load / 12_500_000) * 900 * Math.min(1, 1.2 / use ** 2),
    ...(outcome === "failed" ? { atLimit: ["fanout-0 (its main thread at 97% of a core)"] } : {}),
    cpu: { "fanout-0": 0.8 * use, "timeline-0": 0.35 * use, "post-0": 0.3 * use, gateway: 0.05 },
  };
}

const REASONS: Readonly<Record<CapacityStep["outcome"], readonly string[]>> = {
  held: [],
  failed: ["p99(lag) < 1s: it was 2.20 s.", "chunks rises: 140 a second."],
  inconclusive: ["The CPU probe was 0.86 times as fast after the step as before it."],
};
