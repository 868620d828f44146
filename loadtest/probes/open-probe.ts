import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import type { MicroClock } from "../drivers/driver.ts";
import type { Probe } from "./probe.ts";
import { startProbe } from "./start-probe.ts";
import { openGrpcViewing } from "./viewing/grpc-viewing.ts";
import { chooseWatchers, type ProbedPopulation } from "./watchers/choose-watchers.ts";

export interface ProbeOptions {
  readonly population: ProbedPopulation;
  /** 32 bits; another one for each generator. */
  readonly seed: number;
  /** Index into timelineAddresses of a viewer's owner; -1: not part of this slice. */
  readonly ownerOf: (viewer: number) => number;
  readonly timelineAddresses: readonly string[];
  /** Not given: lost posts and lost entries are not told apart, and no text is checked. */
  readonly postAddresses?: readonly string[];
  /** In plaintext by default. */
  readonly credentials?: Credentials;
  /** The run's. */
  readonly clock: MicroClock;
  /** Posts acknowledged before, during the warm-up, are not in the lag; 0 by default. */
  readonly fromMicros?: number;
  /** At most; 200 by default. Fewer in crowded worlds, when postsPerSecond is known. */
  readonly watchers?: number;
  /** Expected of all generators together: so that reading along stays cheap. */
  readonly postsPerSecond?: number;
  /** Pages read, of all watchers in turn; 4 by default. */
  readonly readsPerSecond?: number;
  /**
   * A page must show what was acknowledged so long before; 5 s by default. Up to the bound of the lag (a
   * second, for 99 of 100) an entry may come late, and the lag already counts it. Only far beyond is a page
   * itself at fault.
   */
  readonly staleAfterMs?: number;
  /** What is not there so long after the target was quiet is lost; 10 s by default. */
  readonly lostAfterMs?: number;
  /** How long first reads may take to fill the watchers' timelines; 30 s by default. */
  readonly readyWithinMs?: number;
  /** Entries remembered until the end; above that only a sample of the posts is; 200,000 by default. */
  readonly maxExpectations?: number;
}

const LIMITS = {
  seed: [0, 0xffff_ffff],
  watchers: [1, 2_000],
  postsPerSecond: [0, 10_000_000],
  readsPerSecond: [0, 100],
  staleAfterMs: [1_000, 3_600_000],
  lostAfterMs: [0, 600_000],
  readyWithinMs: [0, 3_600_000],
  maxExpectations: [2_000, 10_000_000],
} as const;

/** Connects, fills the watchers' timelines and watches. Throws RangeError naming what is wrong. */
export async function openProbe(options: ProbeOptions): Promise<Probe> {
  const all = {
    fromMicros: 0,
    watchers: 200,
    postsPerSecond: 0,
    readsPerSecond: 4,
    staleAfterMs: 5_000,
    lostAfterMs: 10_000,
    readyWithinMs: 30_000,
    maxExpectations: 200_000,
    ...options,
  };
  for (const [name, [min, max]] of Object.entries(LIMITS)) {
    const value = all[name as keyof typeof LIMITS];
    if (value >= min && value <= max) continue;
    throw new RangeError(`probe: ${name} is ${value}, and ${min} to ${max} is allowed`);
  }
  const isHere = (person: number) => all.ownerOf(person) >= 0;
  const chosen = chooseWatchers(all.population, { ...all, isHere });
  const viewing = openGrpcViewing(all);
  try {
    return await startProbe(viewing, chosen, all, systemClock);
  } catch (error) {
    viewing.close();
    throw error;
  }
}
