import type { ByTable } from "../ports.ts";
import type { Calls, Part } from "./calls.ts";
import type { SqlDatabase } from "./database.ts";

/** The calls on a database. Answers that come in parts stay open here until they are read or dropped. */
export function servedCalls(database: SqlDatabase): Calls {
  const unfinished = new Map<number, Iterator<ByTable>>();
  let nextHandle = 0;

  const next = (handle: number, parts: Iterator<ByTable>): Part => {
    const part = parts.next();
    if (part.done) unfinished.delete(handle);
    else unfinished.set(handle, parts);
    return part.done ? { answer: {}, handle: undefined } : { answer: part.value, handle };
  };
  return {
    find: (name, key) => database.find(name, key),
    keys: (name, ids) => database.keys(name, ids),
    check: (name, id) => database.check(name, id),
    foreignKeys: (name, ids) => next(nextHandle++, database.foreignKeys(name, ids)),
    changed: (name, ids, edge) => next(nextHandle++, database.changed(name, ids, edge)),
    changes: (name) => database.changes(name),
    more: (handle) => next(handle, unfinished.get(handle) ?? [][Symbol.iterator]()),
    drop: (handle) => {
      unfinished.get(handle)?.return?.();
      unfinished.delete(handle);
    },
    foreignKeysEach: (name, ids) => database.foreignKeysEach(name, ids),
    delete: (name, ids) => database.delete(name, ids),
    deleteTogether: (items) => database.deleteTogether(items),
    violations: () => database.violations(),
    referredTables: () => database.referredTables(),
  };
}
