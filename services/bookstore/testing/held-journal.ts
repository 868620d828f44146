import type { Journal } from "../ports.ts";

/** For tests: a journal whose groups, in their order, become durable or fail when the test says so. */
export function heldJournal() {
  const groups: PromiseWithResolvers<void>[] = [];
  const journal: Journal = {
    headerBytes: 0,
    append: () => {
      const group = Promise.withResolvers<void>();
      groups.push(group);
      return group.promise;
    },
    isSnapshotDue: () => false,
    writeSnapshot: async () => {},
    close: async () => {},
  };
  return { journal, groups };
}

/** Of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
