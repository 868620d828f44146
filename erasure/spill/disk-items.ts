import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Id } from "../ports.ts";
import { fromJson, type IdKinds, toJson } from "./id-codec.ts";
import type { ItemSet } from "./item-set.ts";

/** Pages of the B-tree in memory, KiB. The kernel's cache holds the rest as long as it can. */
const CACHE_KIB = 8 * 1_024;
/** Ids in one statement. */
const SLICE_ITEMS = 1_000;

/** An ItemSet in a B-tree on disk: an SQLite file that nobody needs after the process has ended. */
export class DiskItems implements ItemSet {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #kinds: IdKinds;
  readonly #tables = new Map<string, number>();
  readonly #statements: ReturnType<typeof prepare>;
  count = 0;

  constructor(file: string, kinds: IdKinds) {
    this.#file = file;
    this.#kinds = kinds;
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
       PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;
       CREATE TABLE items (t INTEGER, id ANY, n INTEGER, path INTEGER, PRIMARY KEY (t, id))
         STRICT, WITHOUT ROWID;
       BEGIN`,
    );
    this.#statements = prepare(this.#database);
  }

  add(table: string, ids: readonly Id[], path: number): readonly Id[] {
    const fresh: Id[] = [];
    const number = this.#numberOf(table);
    const kind = this.#kinds.of(table);
    for (const slice of slices(ids)) {
      const { list } = this.#statements.unknown.get(toJson(slice, kind), number) as {
        list: string;
      };
      if (list === "[]") continue;
      const added = this.#statements.insert.run(number, this.count, path, list);
      this.count += Number(added.changes);
      for (const id of fromJson(list, kind)) fresh.push(id);
    }
    return fresh;
  }

  numbersOf(table: string, ids: readonly Id[]): readonly number[] {
    const kind = this.#kinds.of(table);
    const number = this.#numberOf(table);
    return slices(ids).flatMap((slice) => {
      const { list } = this.#statements.numbers.get(toJson(slice, kind), number) as {
        list: string;
      };
      return JSON.parse(list) as number[];
    });
  }

  pathOf(table: string, id: Id): number | undefined {
    const list = toJson([id], this.#kinds.of(table));
    return this.#statements.path.get(this.#numberOf(table), list)?.path as number | undefined;
  }

  *batches(table: string, batchItems: number): Generator<readonly Id[]> {
    const kind = this.#kinds.of(table);
    const number = this.#numberOf(table);
    const { first, after } = this.#statements;
    let { list, last } = first.get(number, batchItems) as { list: string; last: string };
    while (list !== "[]") {
      yield fromJson(list, kind);
      ({ list, last } = after.get(number, last, batchItems) as { list: string; last: string });
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
    rmSync(this.#file, { force: true });
  }

  #numberOf(table: string): number {
    const number = this.#tables.get(table) ?? this.#tables.size;
    this.#tables.set(table, number);
    return number;
  }
}

/** `last` is a JSON array of one id: JavaScript need not hold what SQLite keeps as an integer. */
const PAGE = "SELECT json_group_array(id) AS list, json_array(max(id)) AS last FROM";

function prepare(database: DatabaseSync) {
  return {
    unknown: database.prepare(
      `SELECT json_group_array(value) AS list FROM json_each(?1)
       WHERE NOT EXISTS (SELECT 1 FROM items WHERE t = ?2 AND id = value)`,
    ),
    insert: database.prepare(
      "INSERT INTO items (t, id, n, path) SELECT ?1, value, ?2 + key, ?3 FROM json_each(?4)",
    ),
    numbers: database.prepare(
      `SELECT json_group_array(coalesce((SELECT n FROM items WHERE t = ?2 AND id = value), -1)
         ORDER BY key) AS list FROM json_each(?1)`,
    ),
    path: database.prepare("SELECT path FROM items WHERE t = ?1 AND id = json_extract(?2, '$[0]')"),
    first: database.prepare(`${PAGE} (SELECT id FROM items WHERE t = ?1 ORDER BY id LIMIT ?2)`),
    after: database.prepare(
      `${PAGE} (SELECT id FROM items WHERE t = ?1 AND id > json_extract(?2, '$[0]')
         ORDER BY id LIMIT ?3)`,
    ),
  };
}

function slices(ids: readonly Id[]): (readonly Id[])[] {
  if (ids.length <= SLICE_ITEMS) return [ids];
  const parts: (readonly Id[])[] = [];
  for (let i = 0; i < ids.length; i += SLICE_ITEMS) parts.push(ids.slice(i, i + SLICE_ITEMS));
  return parts;
}
