import type { Id, Item } from "./ports.ts";

/** Where a walk stands. */
export interface Progress {
  readonly phase: "discovering" | "deleting";
  /** Scans begun, from 1. */
  readonly scan: number;
  /** Items found in this scan. */
  readonly found: number;
  /** Items deleted in all scans. */
  readonly deleted: number;
  /** The level that is being deleted, and how many there are. Level 0 holds the root, and is the last. */
  readonly level: number;
  readonly levels: number;
}

/** All of it has defaults. */
export interface ErasureOptions {
  /** Batches in flight. */
  readonly workers?: number;
  /** Ids in a batch. */
  readonly batchItems?: number;
  /** Items held in memory, about 100 bytes each; with more they all go to disk. */
  readonly memoryItems?: number;
  /** Where they go then; the system's temporary folder by default. */
  readonly spillDir?: string;
  /** Tries of a call that fails, and the wait after the first; it doubles. */
  readonly attempts?: number;
  readonly firstWaitMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Scans that find nothing more before it is done: what is written meanwhile is found by them. */
  readonly cleanScans?: number;
  /** Runs each call of the store, which is about `items` items: a place for pacing. */
  readonly pace?: <Result>(work: () => Promise<Result>, items: number) => Promise<Result>;
  readonly onProgress?: (progress: Progress) => void;
  /** Awaited after a batch is gone, before what it hung on goes. */
  readonly onDeleted?: (table: string, ids: readonly Id[]) => Promise<void> | void;
  /** Awaited before the first deletion: items that nothing leads to once their last holder is gone. */
  readonly onCounted?: (items: readonly Item[]) => Promise<void> | void;
  /** Ends the walk between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

export const DEFAULTS = {
  workers: 100,
  batchItems: 1_000,
  memoryItems: 100_000,
  attempts: 4,
  firstWaitMs: 100,
  cleanScans: 2,
} as const;

const LIMITS = {
  workers: 10_000,
  batchItems: 100_000,
  memoryItems: 100_000_000,
  attempts: 100,
  firstWaitMs: 60_000,
  cleanScans: 100,
} as const;

export type Settings = ErasureOptions & Record<keyof typeof DEFAULTS, number>;

/** The options with their defaults. Throws when a number is out of its limits. */
export function settingsOf(options: ErasureOptions): Settings {
  const settings = { ...DEFAULTS, ...options };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = settings[name];
    if (Number.isInteger(value) && value >= 1 && value <= LIMITS[name]) continue;
    throw new RangeError(`${name} is ${value}: give a whole number from 1 to ${LIMITS[name]}`);
  }
  return settings;
}
