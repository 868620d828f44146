import { pairsOf } from "../../../../../model/wire/id-pairs.ts";
import { DELETED_BIT } from "../../../../../model/wire/post-log-row.ts";
import type { LogHeads, LogPlace, PostLogRow } from "../../../../ports.ts";
import { maxId } from "../../../halves.ts";
import { type Change, postAt, type RelayFault, RelayProcess, type Stage } from "./relay-process.ts";

const BUCKET_ROWS = 4;
const AUTHORS = 6;

/** Relays, the log they write and what they publish; every step is one that a crash can come between. */
export class LogWorld {
  readonly processes: RelayProcess[] = [];
  readonly published: Change[] = [];
  /** Posts that an owner may have shown to somebody. */
  readonly shown: bigint[] = [];
  readonly #rows = new Map<bigint, Map<number, PostLogRow>>();
  readonly #random: () => number;
  readonly #fault: RelayFault | undefined;
  #clock = 1;
  #bucket = 1;

  constructor(random: () => number, fault?: RelayFault) {
    this.#random = random;
    this.#fault = fault;
    this.join();
  }

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  join(): void {
    this.processes.push(new RelayProcess(BigInt(this.processes.length + 1)));
  }

  /** Nodes stamp by clocks of their own: ids come out of order. */
  write(): void {
    const process = this.#pick((one) => one.isAlive && !one.isPaused);
    if (!process) return;
    this.#clock++;
    const old = this.published.at(this.below(this.published.length + 1));
    if (old && this.chance(0.15)) process.outbox.push({ ...old, isDeleted: true });
    else {
      const time = Math.max(1, this.#clock - this.below(6));
      const post = BigInt(time * 1_024) + process.generation * 16n + BigInt(this.below(16));
      // Two posts have two ids.
      if (this.processes.some(({ outbox }) => outbox.some((one) => one.post === post))) return;
      process.outbox.push({ post, author: BigInt(1 + this.below(AUTHORS)), isDeleted: false });
    }
  }

  crash(): void {
    const process = this.#pick((one) => one.isAlive);
    if (process) process.isAlive = false;
    this.join();
  }

  pauseOrResume(): void {
    const process = this.#pick((one) => one.isAlive);
    if (process) process.isPaused = !process.isPaused;
  }

  /** Somebody takes over from who is dead, or only slow; and perhaps looks again later. */
  takeOver(): void {
    const dead = this.#pick((one) => !one.isAlive || one.isPaused);
    const heir = this.#pick((one) => one.isAlive && !one.isPaused && one !== dead);
    if (dead && heir) heir.sources.push({ outbox: dead.outbox, done: 0 });
  }

  relayStep(process = this.#pick((one) => one.isAlive && !one.isPaused)): void {
    if (!process) return;
    const isLate = this.#fault === "row after publishing";
    if (process.stage === "read") this.#read(process);
    else if (process.stage === "log") this.#log(process, isLate ? "mark" : "publish");
    else if (process.stage === "publish") this.#publish(process, isLate ? "log" : "mark");
    else this.#mark(process);
  }

  /** Its author has deleted it, whether that is published yet or only in the log. */
  isBeingDeleted(post: bigint): boolean {
    const isIt = (one: Change) => one.post === post && one.isDeleted;
    return this.processes.some(({ outbox }) => outbox.some(isIt));
  }

  /** Everyone lives, and every outbox is in somebody's hands. */
  heal(): void {
    for (const process of this.processes) process.isPaused = false;
    const heir = this.processes.find(({ isAlive }) => isAlive);
    for (const { isAlive, outbox } of this.processes) {
      if (!isAlive) heir?.sources.push({ outbox, done: 0 });
    }
  }

  /** Whether somebody knows of each outbox that it is published. */
  get isQuiet(): boolean {
    const sources = this.processes.filter(({ isAlive }) => isAlive).flatMap((one) => one.sources);
    return this.processes.every(({ outbox }) =>
      sources.some((one) => one.outbox === outbox && one.done === outbox.length),
    );
  }

  /** The oldest rows are kept no longer. */
  expire(): void {
    const rows = [...this.#rows.values()][this.below(this.#rows.size)];
    const oldest = rows && [...rows.keys()].slice(0, this.below(4));
    // The newest of a generation tells where its end is.
    for (const seq of oldest ?? []) if (rows.size > 1) rows.delete(seq);
  }

  /** A row can't be read any more. */
  lose(): void {
    const rows = [...this.#rows.values()][this.below(this.#rows.size)];
    const row = rows && [...rows.values()][this.below(rows.size)];
    if (!row) return;
    let highestBefore = row.highestBefore;
    for (let i = 0; i < row.posts.length / 2; i++) {
      highestBefore = maxId(highestBefore, postAt(row, i));
    }
    const nothing = new Uint32Array(0);
    rows.set(row.seq, { ...row, highestBefore, authors: nothing, posts: nothing });
  }

  heads(): LogHeads {
    const heads = [...this.#rows].flatMap(([generation, rows]) => {
      const newest = [...rows.values()].at(-1);
      return newest ? [{ generation, seq: newest.seq, bucket: newest.bucket }] : [];
    });
    return { began: 0n, heads };
  }

  after(generation: bigint, { seq }: LogPlace, limit: number): readonly PostLogRow[] {
    return this.#rowsOf(generation)
      .filter((row) => row.seq > seq)
      .slice(0, limit);
  }

  before(generation: bigint, { seq }: LogPlace, limit: number): readonly PostLogRow[] {
    const rows = this.#rowsOf(generation).filter((row) => row.seq < seq);
    return rows.reverse().slice(0, limit);
  }

  #rowsOf(generation: bigint): PostLogRow[] {
    return [...(this.#rows.get(generation)?.values() ?? [])];
  }

  #read(process: RelayProcess): void {
    process.source = this.below(process.sources.length);
    const { outbox, done } = process.sources[process.source];
    process.batch = outbox.slice(done, done + 1 + this.below(3));
    const first = this.#fault === "row after publishing" ? "publish" : "log";
    process.stage = process.batch.length > 0 ? first : "read";
  }

  /** May be durable without a confirmation, and confirmed only when it is durable. */
  #log(process: RelayProcess, next: Stage): void {
    const isRewritten = this.#fault === "another row under the same number";
    const pending = isRewritten ? undefined : process.pending;
    const row = pending ?? this.#newRow(process);
    process.pending = row;
    if (this.#fault === "tells of rows before they are durable") process.told.push(row);
    const isDurable = this.chance(0.9);
    if (isDurable)
      this.#rows.getOrInsertComputed(process.generation, () => new Map()).set(row.seq, row);
    if (!isDurable || this.chance(0.2)) {
      // Not confirmed. The relay begins again, and may find more to publish than before.
      process.stage = "read";
      return;
    }
    process.pending = undefined;
    process.told.push(row);
    process.seq = row.seq;
    for (let i = 0; i < row.posts.length; i += 2) {
      process.highest = maxId(process.highest, postAt(row, i / 2));
    }
    // What was repeated is not the batch in hand: that has its own row to be written.
    if (pending === undefined) process.stage = next;
  }

  #newRow({ seq, highest, batch }: RelayProcess): PostLogRow {
    const previousBucket = this.#bucket;
    if (this.below(BUCKET_ROWS) === 0) this.#bucket++;
    const posts = pairsOf(batch.map(({ post }) => post));
    batch.forEach(({ isDeleted }, i) => {
      if (isDeleted) posts[2 * i + 1] |= DELETED_BIT;
    });
    const authors = pairsOf(batch.map(({ author }) => author));
    const place = { seq: seq + 1, bucket: this.#bucket, previousBucket };
    return { ...place, highestBefore: highest, authors, posts };
  }

  #publish(process: RelayProcess, next: Stage): void {
    if (this.chance(0.9)) this.published.push(...process.batch);
    else process.stage = "read";
    if (process.stage === "publish") process.stage = next;
  }

  #mark(process: RelayProcess): void {
    process.sources[process.source].done += process.batch.length;
    process.stage = "read";
  }

  #pick(fits: (process: RelayProcess) => boolean): RelayProcess | undefined {
    const fitting = this.processes.filter(fits);
    return fitting[this.below(fitting.length)];
  }
}
