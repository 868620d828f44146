import type { Table } from "./table.ts";

/** What a function inside a group may do. Nothing of it is kept when the function throws. */
export interface WriteTx {
  /** Sees the durable state and every earlier write of this group. */
  get(table: Table, key: Buffer): Buffer | undefined;
  /** The buffers belong to the group from here on: do not change them. */
  put(table: Table, key: Buffer, value: Buffer): void;
  remove(table: Table, key: Buffer): void;
  /** Collects small items of the whole group, to be written together by the sink. */
  gather<Item>(sink: GroupSink<Item>, item: Item): void;
}

/** Writes what a group gathered: once a group, after its functions, in the same transaction. */
export interface GroupSink<Item> {
  write(tx: WriteTx, items: readonly Item[]): void;
  /** The group is durable. */
  durable(): void;
}

/** One write, in order; no value: remove the key. */
export interface Write {
  readonly table: Table;
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

interface Gathered {
  readonly sink: GroupSink<unknown>;
  readonly item: unknown;
}

/** The writes of one group, recorded first and handed to the engine as a whole. */
export class WriteSet implements WriteTx {
  readonly #writes: Write[] = [];
  readonly #gathered: Gathered[] = [];
  /** The newest write by key, of the tables that were read: most groups read none, or one. */
  readonly #overlays = new Map<Table, Map<string, Write>>();

  /**
   * What the engine must write: of tables that were read, the newest write of each key alone. A thousand
   * friends of one person in a group change the head of one list, which with a million is 66 KB, a thousand times.
   */
  get newest(): readonly Write[] {
    if (this.#overlays.size === 0) return this.#writes;
    const others = this.#writes.filter(({ table }) => !this.#overlays.has(table));
    return [...others, ...this.#overlays.values().flatMap((overlay) => overlay.values())];
  }

  get(table: Table, key: Buffer): Buffer | undefined {
    const overlay = this.#overlays.getOrInsertComputed(table, () => this.#overlayOf(table));
    const write = overlay.size === 0 ? undefined : overlay.get(textOf(key));
    return write ? write.value : table.get(key);
  }

  put(table: Table, key: Buffer, value: Buffer): void {
    this.#add({ table, key, value });
  }

  remove(table: Table, key: Buffer): void {
    this.#add({ table, key, value: undefined });
  }

  gather<Item>(sink: GroupSink<Item>, item: Item): void {
    this.#gathered.push({ sink: sink as GroupSink<unknown>, item });
  }

  /** Runs `fn`; when it throws, what it wrote and gathered is taken back, and the error passed on. */
  attempt<T>(fn: (tx: WriteTx) => T): T {
    const writes = this.#writes.length;
    const gathered = this.#gathered.length;
    try {
      return fn(this);
    } catch (error) {
      this.#writes.length = writes;
      this.#gathered.length = gathered;
      this.#overlays.clear();
      throw error;
    }
  }

  /** Lets every sink write what was gathered for it. Returns the sinks, to be told when all is durable. */
  flushSinks(): readonly GroupSink<unknown>[] {
    const bySink = new Map<GroupSink<unknown>, unknown[]>();
    for (const { sink, item } of this.#gathered) {
      const items = bySink.get(sink);
      if (items) items.push(item);
      else bySink.set(sink, [item]);
    }
    for (const [sink, items] of bySink) sink.write(this, items);
    return [...bySink.keys()];
  }

  #add(write: Write): void {
    this.#writes.push(write);
    this.#overlays.get(write.table)?.set(textOf(write.key), write);
  }

  #overlayOf(table: Table): Map<string, Write> {
    const overlay = new Map<string, Write>();
    for (const write of this.#writes)
      if (write.table === table) overlay.set(textOf(write.key), write);
    return overlay;
  }
}

function textOf(key: Buffer): string {
  return key.toString("latin1");
}
