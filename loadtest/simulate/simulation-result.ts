import type { Outage } from "./mesh/faults.ts";
import type { Depths } from "./mesh/mesh.ts";
import type { Model } from "./model.ts";
import type { Utilisation } from "./watch.ts";

/** What a simulation found, as JSON. */
export interface SimulationResult {
  readonly kind: "simulation";
  readonly version: 1;
  readonly seed: number;
  /** Of the day in UTC. */
  readonly fromSecond: number;
  readonly seconds: number;
  readonly outages: readonly Outage[];
  /** Everything that it was computed from. */
  readonly model: Model;
  readonly lag: {
    /**
     * Of deliveries that are stored, from the post's acknowledgement; longer than an hour counts
     * as an hour.
     */
    readonly histogram: string;
    /** These do not end at an hour. */
    readonly p50Micros: number | null;
    readonly p99Micros: number | null;
    readonly p999Micros: number | null;
    readonly maxMicros: number;
  };
  readonly windowSeconds: number;
  /** Columns over windows; lags are of the posts acknowledged in the window. */
  readonly windows: Windows;
  readonly counts: Counts;
}

export interface Windows {
  /** When each begins; of the day, going on beyond midnight. */
  readonly atSecond: readonly number[];
  readonly posts: readonly number[];
  /** Entries that are stored. */
  readonly deliveries: readonly number[];
  readonly p50Micros: readonly (number | null)[];
  readonly p99Micros: readonly (number | null)[];
  readonly maxMicros: readonly (number | null)[];
  /** Means. */
  readonly depth: Readonly<Record<keyof Depths, readonly number[]>>;
  /** Share of the threads of each tier. */
  readonly utilisation: Readonly<Record<keyof Utilisation, readonly number[]>>;
}

/** From the first post to the time when all were delivered, or were given up waiting for. */
export interface Counts {
  /** Acknowledged: those delivered, dropped (dead letters) and held at the end. */
  readonly posts: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly held: number;
  /** Of the delivered, those that were cut into chunks, and these. */
  readonly longPosts: number;
  readonly chunks: number;
  /**
   * Entries stored of what is delivered, each once; and all that owners were given, repeats
   * included.
   */
  readonly deliveries: number;
  readonly appended: number;
  /** To friends who are not active. */
  readonly notStored: number;
  /** Messages handed out again, and workers that died. */
  readonly redeliveries: number;
  readonly workerDeaths: number;
  /**
   * AppendEntries: calls, posts in them in all, and those that were not begun before their
   * deadline.
   */
  readonly appendCalls: number;
  readonly pieces: number;
  readonly timedOutCalls: number;
  /** From sending to answer. */
  readonly meanCallMicros: number;
  /** Of the owners: groups committed, and snapshots written. */
  readonly groups: number;
  readonly snapshots: number;
  readonly events: number;
}

/** As the command line leaves it behind. */
export interface SimulationFile extends SimulationResult {
  /** What was typed, to repeat it. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
}
