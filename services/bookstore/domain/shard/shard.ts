import type { RecordWriter } from "../records/record-writer.ts";
import type { ShardEvents } from "../records/shard-events.ts";
import type { ShardState } from "./shard-state.ts";

export interface ShardLimits {
  readonly maxBooks: number;
  readonly maxOrders: number;
}

/** A shard that decides: what it decides goes into the records of the group and into its state at once. */
export class Shard {
  readonly state: ShardState;
  readonly limits: ShardLimits;
  /** Unix ms at which the group in hand happens; never goes back. */
  nowMs = 0;
  readonly #records: RecordWriter;

  constructor(state: ShardState, records: RecordWriter, limits: ShardLimits) {
    this.state = state;
    this.limits = limits;
    this.#records = records;
  }

  /** A new group begins, at this time of its owner's clock. */
  begin(clockMs: number): void {
    this.nowMs = Math.max(this.state.timeMs, Math.floor(clockMs));
  }

  tell(event: (to: ShardEvents) => void): void {
    event(this.#records);
    event(this.state);
  }
}
