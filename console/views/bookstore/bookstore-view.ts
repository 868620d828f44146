import { figureRow } from "../../../loadtest/report/figures.ts";
import { quantity } from "../../../loadtest/report/quantities.ts";
import {
  BOOKSTORE_GAUGES,
  BOOKSTORE_HISTOGRAMS,
} from "../../../services/model/metrics/bookstore.ts";
import { type Html, html, table } from "../../page/html.ts";
import type { MeshWatch, MeshWindow } from "../../sources/mesh-watch.ts";
import { changesIn, quantileOf, secondsOf, sumOf } from "../map/changes.ts";
import { serviceOf } from "../map/map.ts";
import type { View } from "../view.ts";

interface BookstoreQueue {
  readonly window_seconds: number;
  /** Changes that wait for a group. */
  readonly waiting: number;
  /** Orders whose other shards are asked or told. */
  readonly settling: number;
  readonly books: number;
  readonly orders: number;
  readonly changes_per_second: number;
  readonly groups_per_second: number;
  readonly waited_p99_seconds?: number | undefined;
  readonly commit_p99_seconds?: number | undefined;
  readonly processes: readonly {
    readonly label: string;
    readonly shards: number;
    readonly waiting: number;
    readonly settling: number;
  }[];
}

/** /console/bookstore: its queue, by its own metrics. */
export function bookstoreView(watch: Pick<MeshWatch, "window">): View {
  return {
    path: "/bookstore",
    name: "Bookstore",
    refreshSeconds: 3,
    open: async () => {
      const data = queueOf(await watch.window());
      return { title: "The bookstore's queue", data, body: bookstorePage(data) };
    },
  };
}

export function queueOf(window: MeshWindow): BookstoreQueue {
  const pages = [...window.now.pages].filter(([label]) => serviceOf(label) === "bookstore");
  const valueIn = (label: string, name: string) =>
    window.now.pages.get(label)?.find((series) => series.name === name)?.value ?? 0;
  const all = (name: string) => pages.reduce((sum, [label]) => sum + valueIn(label, name), 0);
  const changes = changesIn(window);
  const rises = (name: string) => changes.filter((change) => change.name === name);
  const seconds = secondsOf(window);
  const { groupOrders, groupWaited, groupCommit } = BOOKSTORE_HISTOGRAMS;
  const { waiting, settling, books, orders, shards } = BOOKSTORE_GAUGES;
  return {
    window_seconds: seconds,
    waiting: all(waiting.name),
    settling: all(settling.name),
    books: all(books.name),
    orders: all(orders.name),
    changes_per_second: sumOf(rises(`${groupOrders.name}_sum`)) / seconds,
    groups_per_second: sumOf(rises(`${groupOrders.name}_count`)) / seconds,
    waited_p99_seconds: quantileOf(rises(`${groupWaited.name}_bucket`), 0.99),
    commit_p99_seconds: quantileOf(rises(`${groupCommit.name}_bucket`), 0.99),
    processes: pages.map(([label]) => ({
      label,
      shards: valueIn(label, shards.name),
      waiting: valueIn(label, waiting.name),
      settling: valueIn(label, settling.name),
    })),
  };
}

function bookstorePage(queue: BookstoreQueue): Html {
  const { processes, window_seconds } = queue;
  const figures = [
    { name: "Waiting", value: quantity(queue.waiting, "count"), note: "for a group" },
    { name: "Settling", value: quantity(queue.settling, "count"), note: "with other shards" },
    { name: "Changes", value: quantity(queue.changes_per_second, "perSecond") },
    { name: "Groups", value: quantity(queue.groups_per_second, "perSecond") },
    { name: "Waited, p99", value: quantity(queue.waited_p99_seconds, "seconds") },
    { name: "Commit, p99", value: quantity(queue.commit_p99_seconds, "seconds") },
    { name: "Books", value: quantity(queue.books, "count") },
    { name: "Orders", value: quantity(queue.orders, "count") },
  ];
  const columns = [
    { name: "Process" },
    ...["Shards", "Waiting", "Settling"].map((name) => ({ name, isNumber: true })),
  ];
  const rows = processes.map(({ label, shards, waiting, settling }) => [
    label,
    ...[shards, waiting, settling].map((value) => quantity(value, "count")),
  ]);
  return html`${figureRow(figures)}
<p class="hint">Rates and times are those of the last ${quantity(window_seconds, "seconds")}.</p>
${table("Processes", columns, rows)}`;
}
