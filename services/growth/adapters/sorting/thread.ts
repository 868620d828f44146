/** The thread that sorts users, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { sortByRevenue } from "../../domain/ledger/sort-by-revenue.ts";

const { revenues, count } = workerData as {
  readonly revenues: Float64Array<ArrayBuffer>;
  readonly count: number;
};
const sorted = sortByRevenue(revenues, count);
parentPort?.postMessage(sorted, [sorted.users.buffer, sorted.revenues.buffer]);
