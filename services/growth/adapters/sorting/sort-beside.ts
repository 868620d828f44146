import { once } from "node:events";
import { Worker } from "node:worker_threads";
import {
  type SortedUsers,
  type SortUsers,
  sortByRevenue,
} from "../../domain/ledger/sort-by-revenue.ts";

/** Fewer are sorted before a thread has started. */
const MIN_USERS = 500_000;

/** Sorts many users in a thread of their own, beside what a start does meanwhile. Nothing is copied. */
export const sortBeside: SortUsers = async (revenues, count) => {
  if (count < MIN_USERS) return sortByRevenue(revenues, count);
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: { revenues, count },
    transferList: [revenues.buffer],
  });
  try {
    // Rejects with what the thread fails by.
    const [sorted] = (await once(worker, "message")) as [SortedUsers];
    return sorted;
  } finally {
    await worker.terminate();
  }
};
