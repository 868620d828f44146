import type { Id } from "../ports.ts";

/** A way from the root to a table, by tables. A table that comes again leads back to where it stood. */
export interface Path {
  readonly number: number;
  readonly table: string;
  readonly parent: Path | undefined;
  /** Items first found by this way. */
  count: number;
  readonly examples: Id[];
  /** Items were found again further down, through the same table. */
  repeats: boolean;
}

/** Paths beyond this many are put together by their table: of dense schemas there are too many to list. */
const MAX_PATHS = 10_000;
const MAX_EXAMPLES = 5;

/** The tree of paths of one walk. */
export class Paths {
  readonly all: Path[] = [];
  readonly #children = new Map<string, Path>();

  root(table: string): Path {
    return this.#child(undefined, table);
  }

  /** The path of items of `table` that were found below this one. */
  below(path: Path, table: string): Path {
    for (let at: Path | undefined = path; at; at = at.parent) {
      if (at.table !== table) continue;
      at.repeats = true;
      return at;
    }
    return this.#child(this.all.length < MAX_PATHS ? path : undefined, table);
  }

  /** Notes items first found by this path. */
  note(path: Path, ids: readonly Id[]): void {
    path.count += ids.length;
    for (let i = 0; i < ids.length && path.examples.length < MAX_EXAMPLES; i++) {
      path.examples.push(ids[i]);
    }
  }

  #child(parent: Path | undefined, table: string): Path {
    const key = `${parent?.number ?? "-"}/${table}`;
    const known = this.#children.get(key);
    if (known) return known;
    const number = this.all.length;
    const path = { number, table, parent, count: 0, examples: [], repeats: false };
    this.#children.set(key, path);
    this.all.push(path);
    return path;
  }
}

/** The tables from the root to here. */
export function tablesOf(path: Path): readonly string[] {
  const tables: string[] = [];
  for (let at: Path | undefined = path; at; at = at.parent) tables.unshift(at.table);
  return tables;
}
