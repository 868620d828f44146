import type { GetShardMapResponse } from "#gen/timeline/v1/timeline.ts";
import { quantity } from "../../../loadtest/report/quantities.ts";
import { SHARD_COUNT } from "../../../services/model/shards.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { ownersByShard } from "../../../services/platform/grpc/client/shard-map.ts";
import { type Html, html, table } from "../../page/html.ts";
import type { Timelines } from "../../sources/mesh-clients.ts";
import type { View } from "../view.ts";
import { ShardHistory, type ShardMove } from "./shard-history.ts";

interface Owners {
  readonly version: string;
  readonly shard_count: number;
  readonly owners: readonly {
    readonly address: string;
    readonly shards: number;
    readonly ranges: string;
  }[];
  /** As this console has noticed them, since it was started. */
  readonly moves: readonly ShardMove[];
  readonly watched_since: string;
}

export interface ShardSources {
  readonly timelines: Pick<Timelines, "shardMap">;
  readonly clock: Clock;
}

/** Between two looks at who owns what while nobody watches, ms. */
const LOOK_EVERY_MS = 5_000;

/** Looks at the owners again and again, so that moves are known also of when nobody watched. */
export class ShardWatch implements AsyncDisposable {
  readonly history = new ShardHistory();
  readonly sinceMs: number;
  readonly #sources: ShardSources;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  constructor(sources: ShardSources) {
    this.#sources = sources;
    this.sinceMs = sources.clock.nowMs();
    this.#running = this.#run();
  }

  /** Who owns what now. Rejects when no timeline process answers. */
  async look(): Promise<GetShardMapResponse> {
    const { timelines, clock } = this.#sources;
    const map = await timelines.shardMap();
    this.history.look(ownersByShard(map), clock.nowMs());
    return map;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // Nobody answers now: the page says so to who looks.
      await this.look().catch(() => {});
      await this.#sources.clock.delay(LOOK_EVERY_MS, signal).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }
}

/** /console/shards: shards, their owners, and their moves. */
export function shardsView(watch: ShardWatch): View {
  return {
    path: "/shards",
    name: "Shards",
    refreshSeconds: 5,
    open: async () => {
      const { owners, version } = await watch.look();
      const data: Owners = {
        version: String(version),
        shard_count: SHARD_COUNT,
        owners: owners.map(({ address, shards }) => {
          return { address, shards: shards.length, ranges: rangesOf(shards) };
        }),
        moves: watch.history.moves,
        watched_since: new Date(watch.sinceMs).toISOString(),
      };
      return { title: "Shards", data, body: shardsPage(data) };
    },
  };
}

/** "0-4, 7": runs of neighbours. */
export function rangesOf(shards: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const shard of [...shards].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && shard === run[1] + 1) run[1] = shard;
    else runs.push([shard, shard]);
  }
  const texts = runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return texts.length <= MAX_RUNS ? texts.join(", ") : `${texts.slice(0, MAX_RUNS).join(", ")} ...`;
}

const MAX_RUNS = 40;

function shardsPage({ owners, moves, version, watched_since }: Owners): Html {
  const owned = owners.filter(({ address }) => address !== "");
  const columns = [{ name: "Owner" }, { name: "Shards", isNumber: true }, { name: "Which" }];
  const rows = owners.map(({ address, shards, ranges }) => [
    address || "nobody now",
    quantity(shards, "count"),
    ranges,
  ]);
  const moveColumns = [
    ...[{ name: "Noticed" }, { name: "From" }, { name: "To" }],
    { name: "Shards", isNumber: true },
  ];
  const moved = moves.map(({ time, from, to, shards }) => [
    ...[time, from || "nobody", to || "nobody"],
    quantity(shards, "count"),
  ]);
  return html`<p>${SHARD_COUNT.toLocaleString("en")} shards at ${owned.length} ${
    owned.length === 1 ? "process" : "processes"
  }; version ${version} of the map.</p>
${table("Owners", columns, rows)}
<section><h2>Moves</h2>
${moved.length > 0 ? table("Newest first", moveColumns, moved) : html`<p>None since ${watched_since}, when this console began to look.</p>`}</section>`;
}
