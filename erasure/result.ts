import type { Blocked } from "./deletion/blocked.ts";
import type { Id } from "./ports.ts";

/** What became of an erasure. */
export interface Erased {
  /**
   * done: all is gone, and scans found no more. blocked: some of it could not be deleted, and what that
   * hangs on was kept; the same call goes on once the reason is gone.
   */
  readonly status: "done" | "blocked";
  /** Items deleted, by table and in all. */
  readonly tables: Readonly<Record<string, number>>;
  readonly deleted: number;
  /** Of the scan that found most. */
  readonly levels: number;
  readonly scans: number;
  /** The first of those that could not be deleted. */
  readonly blocked: readonly Blocked[];
  /** Items that stayed because others hang on them. */
  readonly kept: number;
}

/** What would go. */
export interface DryRun {
  readonly found: number;
  readonly tables: Readonly<Record<string, number>>;
  /** The tables by the order in which they would go: the first here are the last to be deleted. */
  readonly levels: readonly (readonly string[])[];
  /** The ways by which items were first found. */
  readonly paths: readonly DryRunPath[];
  /** What would be done to items that stay. */
  readonly changes: readonly DryRunChange[];
  /** Why it would be blocked, by what is known before anything is tried. */
  readonly hindrances: readonly DryRunHindrance[];
}

export interface DryRunChange extends Sample {
  readonly change: string;
}

export interface DryRunHindrance extends Sample {
  readonly reason: string;
}

/** Items of one table: how many, and the first of them. */
export interface Sample {
  readonly table: string;
  readonly count: number;
  readonly examples: readonly Id[];
}

export interface DryRunPath {
  /** Tables from the root. */
  readonly tables: readonly string[];
  readonly count: number;
  readonly examples: readonly Id[];
  /** Some of them hang on others of the same table, further down the same way. */
  readonly repeats: boolean;
}
