import type { WaitShares } from "../measure/machine/thread-waits.ts";

/** What the target's processes used and what waited in them, through a run. Columns over `atSeconds`. */
export interface Resources {
  /** When each sample was taken, seconds from the start of the run (after its warm-up). */
  readonly atSeconds: readonly number[];
  readonly processes: readonly ProcessUse[];
  /** The target's gauges of waiting work, by name. */
  readonly pending: Readonly<Record<string, readonly number[]>>;
  /** What the target counted over the measured part (its Prometheus counters), summed over processes. */
  readonly work: Readonly<Record<string, number>>;
}

/** One process. Its series may have NaN (null in JSON) while it was away. */
export interface ProcessUse extends Partial<WaitShares> {
  readonly label: string;
  /** CPU seconds a second since the sample before. */
  readonly cpuShare: readonly number[];
  /** Of that, what its main thread used: near 1 it can do no more, whatever its other threads do. */
  readonly mainThreadShare?: readonly number[] | undefined;
  /** Resident memory of its own (RssAnon), MiB. */
  readonly residentMiB: readonly number[];
  /** CPU seconds over the measured part, restarts included. */
  readonly cpuSeconds: number;
}
