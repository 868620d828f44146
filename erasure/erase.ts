import { setTimeout } from "node:timers/promises";
import { asking } from "./asking.ts";
import { Staying, TooManyBlocked } from "./deletion/blocked.ts";
import { deleteLevels } from "./deletion/delete-levels.ts";
import { type Discovered, discover } from "./discovery/discover.ts";
import { dryRunOf } from "./dry-run.ts";
import { type ErasureOptions, type Progress, type Settings, settingsOf } from "./options.ts";
import { paced } from "./paced.ts";
import type { Id, Item, ItemStore } from "./ports.ts";
import type { DryRun, Erased } from "./result.ts";
import { retrying } from "./retry.ts";
import { TemporaryFolder } from "./spill/temporary-folder.ts";
import type { WalkDeps } from "./walk-deps.ts";

/** Deletes items with all that hangs on them. */
export interface Erasure {
  /** The item and what refers to it, directly or through others. Running it again is harmless. */
  deleteAllItems(table: string, id: Id): Promise<Erased>;
  /** What deleteAllItems would delete; changes nothing. */
  dryRun(table: string, id: Id): Promise<DryRun>;
}

/** Scans in all: a store into which others write faster than this deletes is never done. */
const MAX_SCANS = 50;
/** Scans in a row that delete nothing and keep something: what keeps it will not be found by one more. */
const MAX_STALLS = 3;

/**
 * Erasure over any store. Discovery goes breadth first, by parallel workers, in batches, and keeps each item
 * once; deletion goes level by level from the deepest, a level being the longest path to a table, cycles
 * condensed, so that nothing goes before all that refers to it. Scans repeat until they find no more.
 */
export function createErasure(store: ItemStore, options: ErasureOptions = {}): Erasure {
  const settings = settingsOf(options);
  return {
    deleteAllItems: async (table, id) => {
      await store.check?.({ table, id });
      return new Run(store, settings, [{ table, id }]).erase();
    },
    dryRun: async (table, id) => {
      await store.check?.({ table, id });
      return new Run(store, settings, [{ table, id }]).dryRun();
    },
  };
}

class Run {
  readonly #store: ItemStore;
  readonly #settings: Settings;
  readonly #tables = new Map<string, number>();
  #progress: Progress = {
    phase: "discovering",
    scan: 0,
    found: 0,
    deleted: 0,
    level: 0,
    levels: 0,
  };
  #mostLevels = 0;
  readonly #roots: readonly Item[];
  readonly #rootsGone: Item[] = [];

  constructor(store: ItemStore, settings: Settings, roots: readonly Item[]) {
    this.#roots = roots;
    this.#store = paced(store, settings);
    this.#settings = settings;
  }

  async dryRun(): Promise<DryRun> {
    using folder = new TemporaryFolder(this.#settings.spillDir);
    using discovered = await this.#scan(this.#deps(folder));
    return await dryRunOf(discovered, this.#store, this.#settings.batchItems);
  }

  async erase(): Promise<Erased> {
    using folder = new TemporaryFolder(this.#settings.spillDir);
    const deps = this.#deps(folder);
    for (let clean = 0, stalls = 0, kept = 0; ; ) {
      const deletedBefore = this.#progress.deleted;
      using discovered = await this.#scan(deps);
      const isFirst = this.#progress.scan === 1;
      const isEmpty = discovered.found.count === this.#roots.length;
      clean = !isFirst && kept === 0 && isEmpty ? clean + 1 : 0;
      const staying = new Staying();
      if (clean === 0) await this.#delete(deps, discovered, staying);
      kept = staying.kept;
      const isDone = clean >= this.#settings.cleanScans;
      stalls = kept > 0 && this.#progress.deleted === deletedBefore ? stalls + 1 : 0;
      const isHopeless = stalls >= MAX_STALLS || this.#progress.scan >= MAX_SCANS;
      const isOver = isDone || staying.blockedCount > 0 || isHopeless;
      if (isOver && !isDone) staying.giveUp();
      if (isOver) return this.#result(isDone ? "done" : "blocked", staying);
    }
  }

  async #scan(deps: WalkDeps): Promise<Discovered> {
    this.#tell({ phase: "discovering", scan: this.#progress.scan + 1, found: 0 });
    return discover(deps, this.#roots);
  }

  async #delete(deps: WalkDeps, discovered: Discovered, staying: Staying): Promise<void> {
    const onDeleted = async (table: string, all: readonly Id[]) => {
      const ids = this.#notYetCounted(table, all);
      this.#tables.set(table, (this.#tables.get(table) ?? 0) + ids.length);
      await this.#settings.onDeleted?.(table, ids);
      this.#tell({ deleted: this.#progress.deleted + ids.length });
    };
    const retry = retrying(this.#retryPolicy());
    const isEnding = () => this.#settings.signal?.aborted ?? false;
    try {
      await deleteLevels(
        { ...deps, retry, staying, isEnding, onDeleted },
        discovered,
        (progress) => {
          this.#mostLevels = Math.max(this.#mostLevels, progress.levels);
          this.#tell({ phase: "deleting", ...progress });
        },
      );
    } catch (error) {
      if (!(error instanceof TooManyBlocked)) throw error;
    }
  }

  /** A later scan deletes the root again, for what was written after it. */
  #notYetCounted(table: string, ids: readonly Id[]): readonly Id[] {
    const isNew = (id: Id) =>
      !this.#rootsGone.some((root) => root.table === table && root.id === id);
    const fresh = this.#rootsGone.length > 0 ? ids.filter(isNew) : ids;
    for (const root of this.#roots) {
      if (root.table === table && fresh.includes(root.id)) this.#rootsGone.push(root);
    }
    return fresh;
  }

  #deps(folder: TemporaryFolder): WalkDeps {
    const { workers, batchItems, memoryItems, onCounted } = this.#settings;
    return {
      ...asking(this.#store, retrying(this.#retryPolicy())),
      store: this.#store,
      folder,
      workers,
      batchItems,
      memoryItems,
      onFound: (found) => this.#tell({ found }),
      onCounted: async (items) => onCounted?.(items),
    };
  }

  #retryPolicy() {
    const { attempts, firstWaitMs, signal, sleep = setTimeout } = this.#settings;
    const isFinal = () => signal?.aborted ?? false;
    return { attempts, firstWaitMs, isFinal, sleep: async (ms: number) => void (await sleep(ms)) };
  }

  #tell(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#settings.onProgress?.(this.#progress);
  }

  #result(status: Erased["status"], staying: Staying): Erased {
    return {
      status,
      tables: Object.fromEntries(this.#tables),
      deleted: this.#progress.deleted,
      levels: this.#mostLevels,
      scans: this.#progress.scan,
      blocked: staying.blocked(),
      kept: staying.kept,
    };
  }
}
