import type { Journal, StoredJournal } from "../../ports.ts";
import { dayOf } from "../figures/days.ts";
import { type SortUsers, sortByRevenue } from "../ledger/sort-by-revenue.ts";
import type { Capture, Checkpoints } from "../state/checkpoint.ts";
import type { GrowthEvent, InsertCommand, Outcome } from "../state/commands.ts";
import { GrowthState, type StateLimits } from "../state/growth-state.ts";
import type { PersonId } from "../state/people.ts";
import { type RecordSink, readRecords } from "../state/records.ts";
import { restore } from "../state/restore.ts";
import { GroupCommit } from "./group-commit.ts";

export interface GrowthStoreOptions {
  readonly limits: StateLimits;
  /** A checkpoint is begun when the log since the last one holds so many records. */
  readonly checkpointRecords: number;
  readonly nowMs: () => number;
  /** The journal failed: what is in memory may be more than what is durable, so the process must end. */
  readonly fatal: (error: Error) => void;
  /** A checkpoint with so many users is durable. */
  readonly onCheckpoint?: (users: number) => void;
  /** Of a start with many users; `sortByRevenue` by default. */
  readonly sort?: SortUsers;
}

/** What was durable. */
interface Restored {
  readonly state: GrowthState;
  readonly journal: Journal;
  readonly checkpoints: Checkpoints;
  /** In the log since the last checkpoint. */
  readonly records: number;
}

/**
 * The state over its journal. A command is applied at once, in its turn, and its record waits; what a
 * question sees may therefore not be durable yet. So every answer, of questions too, is held back
 * until `durable`: nothing that was shown is ever taken back.
 */
export class GrowthStore {
  readonly state: GrowthState;
  readonly #options: GrowthStoreOptions;
  readonly #journal: Journal;
  readonly #checkpoints: Checkpoints;
  readonly #commit: GroupCommit;
  #checkpointing: Promise<void> | undefined;
  #records: number;

  private constructor(
    options: GrowthStoreOptions,
    { state, journal, checkpoints, records }: Restored,
  ) {
    this.#options = options;
    this.state = state;
    this.#journal = journal;
    this.#checkpoints = checkpoints;
    this.#records = records;
    this.#commit = new GroupCommit({
      journal,
      onGroup: (group) => this.#onGroup(group),
      fatal: options.fatal,
    });
  }

  /** Restores what is durable. */
  static async open(stored: StoredJournal, options: GrowthStoreOptions): Promise<GrowthStore> {
    const state = new GrowthState(options.limits);
    const checkpoints = await restore(state, stored);
    let records = 0;
    const sink = replaying(state, () => records++);
    const journal = await stored.replay((bytes, from, to) => readRecords(bytes, from, to, sink));
    await state.ledger.build(options.sort ?? sortByRevenue);
    return new GrowthStore(options, { state, journal, checkpoints, records });
  }

  /** Resolves when there is room for more work; undefined: there is. @throws what ended the store */
  room(): Promise<void> | undefined {
    return this.#commit.room();
  }

  insert(command: InsertCommand): Outcome {
    this.#begin();
    const outcome = this.state.insert(command);
    const { revenue, referrer, key } = command;
    if (outcome.kind === "done") this.#commit.records.insert(revenue, referrer, key);
    return outcome;
  }

  record(event: GrowthEvent): Outcome {
    this.#begin();
    const outcome = this.state.record(event);
    if (outcome.kind === "done") this.#commit.records.event(event);
    return outcome;
  }

  /** True when the person was a user. */
  forget(person: PersonId): boolean {
    this.#begin();
    const user = this.state.forget(person);
    if (user !== 0) this.#commit.records.forget(user);
    return user !== 0;
  }

  /** Resolves when all that was done until now is durable; undefined: it is. */
  durable(): Promise<void> | undefined {
    return this.#commit.durable();
  }

  /** Makes all durable that was done, then refuses. */
  async close(): Promise<void> {
    await this.#commit.close();
    await this.#checkpointing;
    await this.#journal.close();
  }

  /** The day may have changed; a clock that steps back changes nothing. */
  #begin(): void {
    const day = dayOf(this.#options.nowMs());
    if (day <= this.state.figures.today) return;
    this.state.figures.begin(day);
    this.#commit.records.day(day);
  }

  /** A group of so many records is about to be appended: the state is what it will make durable. */
  #onGroup(records: number): ((position: number) => void) | undefined {
    this.#records += records;
    const { checkpointRecords } = this.#options;
    if (this.#records < checkpointRecords || this.#checkpointing !== undefined) return undefined;
    this.#records = 0;
    const capture = this.#checkpoints.capture(this.#journal.position);
    return (position) => {
      this.#checkpointing = this.#write(capture, position);
    };
  }

  async #write({ fresh, manifest }: Capture, position: number): Promise<void> {
    try {
      for (const { name, bytes } of fresh) await this.#journal.writeBlob(name, bytes());
      await this.#journal.checkpoint({ ...manifest, position });
      this.#options.onCheckpoint?.(manifest.users);
    } catch (error) {
      this.#commit.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#checkpointing = undefined;
    }
  }
}

function replaying(state: GrowthState, count: () => void): RecordSink {
  return {
    day: (day) => {
      count();
      state.figures.begin(day);
    },
    insert: (revenue, referrer, key) => {
      count();
      state.applyInsert(revenue, referrer, key);
    },
    event: (event) => {
      count();
      state.applyEvent(event);
    },
    forget: (user) => {
      count();
      state.applyForget(user);
    },
    fed: (position) => {
      count();
      state.fed(position);
    },
  };
}
