import type { Journal } from "../../ports.ts";
import { RecordWriter } from "../state/records.ts";

/** At this many bytes of records nothing new is begun until they are on their way. */
const FULL_BYTES = 1_024 * 1_024;

export interface GroupCommitDeps {
  readonly journal: Journal;
  /**
   * A group of so many records is about to be appended, and holds all that was done until now. What it
   * returns is called when the group is durable, with the position behind it.
   */
  readonly onGroup: (records: number) => ((position: number) => void) | undefined;
  readonly fatal: (error: Error) => void;
}

/** Records that gather, and who waits for them. */
class Group {
  readonly records: RecordWriter;
  done = Promise.withResolvers<void>();

  constructor(headBytes: number) {
    this.records = new RecordWriter(headBytes);
    this.clear();
  }

  clear(): void {
    this.records.clear();
    this.done = Promise.withResolvers();
    // Who was to wait may be gone.
    this.done.promise.catch(() => {});
  }
}

/**
 * While one group of records is on its way to the disk, the next one gathers; it sets out at the end of
 * the event loop's turn, so that all calls of a turn share one sync.
 */
export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #pending: Group;
  #spare: Group;
  #syncing: Group | undefined;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
    this.#pending = new Group(deps.journal.headBytes);
    this.#spare = new Group(deps.journal.headBytes);
  }

  /** Where records are written to; `durable` says when they are safe. */
  get records(): RecordWriter {
    this.#running ??= this.#run();
    return this.#pending.records;
  }

  /** Resolves when there is room; undefined: there is. */
  room(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#isFull ? this.#untilRoom() : undefined;
  }

  durable(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const group = this.#pending.records.count > 0 ? this.#pending : this.#syncing;
    return group?.done.promise;
  }

  /** Everything that waits, and all that comes, is refused with this error; the process must end. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#stop(error);
    this.#deps.fatal(error);
  }

  async close(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#failure === undefined) this.#stop(new Error("the store is closed"));
  }

  get #isFull(): boolean {
    return this.#pending.records.length >= FULL_BYTES;
  }

  /** Looks again when it wakes: others may have been quicker, and filled it again. */
  async #untilRoom(): Promise<void> {
    while (this.#isFull) await (this.#syncing ?? this.#pending).done.promise;
  }

  #stop(error: Error): void {
    this.#failure = error;
    this.#syncing?.done.reject(error);
    this.#pending.done.reject(error);
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#pending.records.count > 0 && this.#failure === undefined) await this.#append();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.#running = undefined;
  }

  async #append(): Promise<void> {
    const group = this.#pending;
    this.#pending = this.#spare;
    this.#syncing = group;
    const whenDurable = this.#deps.onGroup(group.records.count);
    const position = await this.#deps.journal.append(group.records.bytes);
    if (this.#failure !== undefined) return;
    this.#syncing = undefined;
    const { done } = group;
    group.clear();
    this.#spare = group;
    whenDurable?.(position);
    done.resolve();
  }
}
