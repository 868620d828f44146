import type { Id } from "../ports.ts";
import { DiskItems } from "./disk-items.ts";
import { IdKinds } from "./id-codec.ts";
import type { ItemSet } from "./item-set.ts";
import { MemoryItems } from "./memory-items.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

export interface FoundItemsOptions {
  readonly folder: TemporaryFolder;
  /** Items in memory before all go to disk. */
  readonly memoryItems: number;
}

/** The items found so far: in memory while they are few, in a B-tree on disk beyond. */
export class FoundItems {
  readonly #options: FoundItemsOptions;
  readonly #kinds = new IdKinds();
  readonly #counts = new Map<string, number>();
  #memory: MemoryItems | undefined;
  #items: ItemSet;

  constructor(options: FoundItemsOptions) {
    this.#options = options;
    const memory = new MemoryItems();
    this.#memory = memory;
    this.#items = memory;
  }

  get count(): number {
    return this.#items.count;
  }

  /** The tables that have items, in the order in which they were found. */
  get tables(): readonly string[] {
    return [...this.#counts.keys()];
  }

  countOf(table: string): number {
    return this.#counts.get(table) ?? 0;
  }

  kindOf(table: string) {
    return this.#kinds.of(table);
  }

  add(table: string, ids: readonly Id[], path: number): readonly Id[] {
    if (ids.length === 0) return ids;
    this.#kinds.check(table, ids);
    if (this.#items.count + ids.length > this.#options.memoryItems) this.#spill();
    const fresh = this.#items.add(table, [...new Set(ids)], path);
    if (fresh.length > 0) this.#counts.set(table, this.countOf(table) + fresh.length);
    return fresh;
  }

  numbersOf(table: string, ids: readonly Id[]): readonly number[] {
    return this.#items.numbersOf(table, ids);
  }

  pathOf(table: string, id: Id): number | undefined {
    return this.#items.pathOf(table, id);
  }

  batches(table: string, batchItems: number): Iterable<readonly Id[]> {
    return this.#items.batches(table, batchItems);
  }

  [Symbol.dispose](): void {
    this.#items[Symbol.dispose]();
  }

  #spill(): void {
    if (!this.#memory) return;
    const disk = new DiskItems(this.#options.folder.newFile(), this.#kinds);
    for (const [table, path, ids] of this.#memory.inOrder()) disk.add(table, ids, path);
    this.#memory = undefined;
    this.#items = disk;
  }
}
