import { DELETED_BIT } from "../../../../../model/wire/post-log-row.ts";
import type { PostLogRow } from "../../../../ports.ts";

/** One thing that a relay publishes: a post, or that it is deleted. */
export interface Change {
  readonly post: bigint;
  readonly author: bigint;
  readonly isDeleted: boolean;
}

/** How a relay may be wrong. */
export type RelayFault =
  | "row after publishing"
  | "another row under the same number"
  | "tells of rows before they are durable";

export type Stage = "read" | "log" | "publish" | "mark";

/** A post service: its outbox, in the order of its writes, and the relay, one durable step at a time. */
export class RelayProcess {
  readonly generation: bigint;
  readonly outbox: Change[] = [];
  /** Outboxes to publish: its own, and those it took over; and how far each is known to be published. */
  readonly sources: { outbox: readonly Change[]; done: number }[] = [];
  isAlive = true;
  isPaused = false;
  stage: Stage = "read";
  batch: readonly Change[] = [];
  source = 0;
  /** A row whose write nobody confirmed: it is written again, as it is, before any other. */
  pending: PostLogRow | undefined;
  /** Its rows as it tells of them, to whoever listens. */
  readonly told: PostLogRow[] = [];
  seq = 0;
  highest = 0n;

  constructor(generation: bigint) {
    this.generation = generation;
    this.sources.push({ outbox: this.outbox, done: 0 });
  }
}

/** Post `index` of a row, without its bit. */
export function postAt({ posts }: PostLogRow, index: number): bigint {
  return (BigInt((posts[2 * index + 1] & ~DELETED_BIT) >>> 0) << 32n) | BigInt(posts[2 * index]);
}
