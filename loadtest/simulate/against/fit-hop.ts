import type { Model } from "../model.ts";
import { simulatedLags } from "./compare-lags.ts";
import type { SimulatedRun } from "./model-of-run.ts";

/** The one delay that no bench of ours measures by itself: from one process's loop into another's. */
type Hop = Extract<Model["delays"]["hop"], { readonly kind: "lognormal" }>;

const MEANS = { from: 20, to: 50_000 };
const SIGMAS = { from: 0.1, to: 2.5 };
const HALVINGS = 12;
const ROUNDS = 4;

/**
 * The hop with which the simulation has these lags, p50 and p99, us, as they were measured: its mean from
 * the median, and its spread from the 99th percentile. Both only ever raise the lag, so each is found by halving, in turn.
 */
export function fitHop(lags: readonly number[], simulated: SimulatedRun): Hop {
  const [median, high] = lags as [number, number];
  const lagsWith = (hop: Hop) => simulatedLags(withHop(simulated, hop)) as [number, number];
  let hop: Hop = { kind: "lognormal", mean: 700, sigma: 0.6 };
  for (let round = 0; round < ROUNDS; round++) {
    hop = { ...hop, mean: halved(MEANS, (mean) => lagsWith({ ...hop, mean })[0] < median) };
    hop = { ...hop, sigma: halved(SIGMAS, (sigma) => lagsWith({ ...hop, sigma })[1] < high) };
  }
  return hop;
}

export function withHop({ model, options }: SimulatedRun, hop: Hop): SimulatedRun {
  return { model: { ...model, delays: { ...model.delays, hop } }, options };
}

/** Where `isBelow` turns false, on a scale of ratios. */
function halved(range: typeof MEANS, isBelow: (value: number) => boolean): number {
  let [low, high] = [range.from, range.to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
