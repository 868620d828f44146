import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import type { ByTable, Id, Item } from "../ports.ts";
import { BatchLog } from "../spill/batch-log.ts";
import { FoundItems } from "../spill/found-items.ts";
import type { WalkDeps } from "../walk-deps.ts";
import { type CountedOut, countedOut } from "./counted.ts";
import { type Path, Paths } from "./paths.ts";

/** What hangs on the roots, and by which edges of tables. */
export interface Discovered {
  readonly found: FoundItems;
  readonly paths: Paths;
  /** Which tables were found referring to which: by the one that is referred to. */
  readonly edges: ReadonlyMap<string, ReadonlySet<string>>;
  [Symbol.dispose](): void;
}

/**
 * Breadth first, round by round: workers take batches of what the last round found, ask what refers to
 * them, and keep what nobody has seen yet. An item that several lead to, or a cycle, is kept once.
 */
export async function discover(deps: WalkDeps, roots: readonly Item[]): Promise<Discovered> {
  const walk = new Walk(deps);
  try {
    for (const { table, id } of roots) walk.keep(walk.paths.root(table), [id]);
    await walk.run();
    return walk;
  } catch (error) {
    walk[Symbol.dispose]();
    throw error;
  }
}

class Walk implements Discovered {
  readonly #deps: WalkDeps;
  readonly found: FoundItems;
  readonly paths = new Paths();
  readonly edges = new Map<string, Set<string>>();
  #next: BatchLog;

  constructor(deps: WalkDeps) {
    this.#deps = deps;
    this.found = new FoundItems({ folder: deps.folder, memoryItems: deps.memoryItems });
    this.#next = this.#newLog();
  }

  async run(): Promise<void> {
    do {
      while (this.#next.count > 0) await this.#round();
      for await (const counted of countedOut(this.#deps, this.found))
        await this.#takeCounted(counted);
    } while (this.#next.count > 0);
  }

  /** Takes those that are new into the next round. */
  keep(path: Path, ids: readonly Id[]): void {
    const fresh = this.found.add(path.table, ids, path.number);
    if (fresh.length === 0) return;
    this.paths.note(path, fresh);
    this.#next.push(path.number, fresh);
  }

  [Symbol.dispose](): void {
    this.#next[Symbol.dispose]();
    this.found[Symbol.dispose]();
  }

  async #round(): Promise<void> {
    using frontier = this.#next;
    this.#next = this.#newLog();
    await inParallel(this.#deps.workers, frontier.batches(), async ({ key, ids }) => {
      const path = this.paths.all[key];
      await this.#deps.ask(path.table, ids, (answer) => this.#take(path, answer));
      this.#deps.onFound(this.found.count);
    });
  }

  #take(path: Path, answer: ByTable): void {
    for (const [table, ids] of Object.entries(answer)) {
      if (ids.length === 0) continue;
      this.#connect(path.table, table);
      this.keep(this.paths.below(path, table), ids);
    }
  }

  async #takeCounted({ table, ids, holder, holders }: CountedOut): Promise<void> {
    // A holder refers to what it holds, and so must go first.
    for (const one of holders) if (this.found.countOf(one) > 0) this.#connect(table, one);
    const path = this.paths.all[this.found.pathOf(holder.table, holder.id) ?? 0];
    await this.#deps.onCounted(ids.map((id) => ({ table, id })));
    this.keep(this.paths.below(path, table), ids);
  }

  #connect(table: string, referring: string): void {
    const known = this.edges.get(table) ?? new Set<string>();
    this.edges.set(table, known.add(referring));
  }

  #newLog(): BatchLog {
    const { folder, batchItems, memoryItems } = this.#deps;
    const kindOf = (key: number) => this.found.kindOf(this.paths.all[key].table);
    return new BatchLog({ folder, batchItems, memoryItems: memoryItems / 4, kindOf });
  }
}
