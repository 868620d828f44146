import { present } from "../../services/model/invariant.ts";
import { encodeHistogram } from "../measure/histogram.ts";
import { DAY_SECONDS } from "../traffic/curve/diurnal.ts";
import { checkModel, within } from "./check-model.ts";
import type { Outage } from "./mesh/faults.ts";
import { LagWindows } from "./mesh/lags/lag-windows.ts";
import { Mesh } from "./mesh/mesh.ts";
import type { Model } from "./model.ts";
import type { Counts, SimulationResult, Windows } from "./simulation-result.ts";
import { Watch } from "./watch.ts";

export interface SimulationOptions {
  /** 32 bits. The same seed has the same posts, whatever else differs. */
  readonly seed: number;
  /** Of the day in UTC. */
  readonly fromSecond: number;
  readonly seconds: number;
  readonly outages?: readonly Outage[];
  /** Seconds done, of `seconds`. */
  readonly onProgress?: (seconds: number) => void;
}

const SECOND = 1e6;
/** A day has 288 windows of five minutes; a shorter time about as many shorter ones. */
const WINDOW_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300];
const MAX_WINDOWS = 300;
const MAX_SECONDS = MAX_WINDOWS * 300;
const MAX_OUTAGES = 20;
/** After the last post, to deliver what is left. */
const MAX_DRAIN_SECONDS = 12 * 3_600;

/**
 * A day of the write path, or a part of one: posts come by the curve of the day, and go through
 * outbox, relay, bus, workers and owners to where they can be read. Throws RangeError naming what
 * can't be.
 */
export function simulateDay(model: Model, options: SimulationOptions): SimulationResult {
  const { seed, fromSecond, seconds, outages = [], onProgress } = options;
  checkModel(model);
  checkOptions(model, options);
  const windowSeconds = present(WINDOW_SECONDS.find((length) => seconds / length <= MAX_WINDOWS));
  const span = { fromMicros: fromSecond * SECOND, untilMicros: (fromSecond + seconds) * SECOND };
  const windows = Math.ceil(seconds / windowSeconds);
  const lags = new LagWindows(span.fromMicros, windowSeconds * SECOND, windows);
  const mesh = new Mesh(model, seed, span, lags);
  const watch = new Watch(mesh, model, windowSeconds * SECOND);
  mesh.faults.plan(outages, span);
  mesh.parts.posts.start();
  watch.start(windows);
  for (let window = 1; window <= windows; window++) {
    mesh.events.run(span.fromMicros + window * windowSeconds * SECOND);
    onProgress?.(Math.min(seconds, window * windowSeconds));
  }
  deliverTheRest(mesh);
  return {
    kind: "simulation",
    version: 1,
    seed,
    fromSecond,
    seconds,
    outages,
    model,
    lag: lagOf(lags),
    windowSeconds,
    windows: windowsOf(watch, lags, fromSecond, windowSeconds),
    counts: countsOf(mesh),
  };
}

function deliverTheRest(mesh: Mesh): void {
  const end = mesh.events.now;
  for (let second = 1; second <= MAX_DRAIN_SECONDS && mesh.held() > 0; second++) {
    mesh.events.run(end + second * SECOND);
  }
}

function lagOf(lags: LagWindows): SimulationResult["lag"] {
  const all = lags.all();
  return {
    histogram: encodeHistogram(all.toHistogram()),
    p50Micros: all.quantile(0.5) ?? null,
    p99Micros: all.quantile(0.99) ?? null,
    p999Micros: all.quantile(0.999) ?? null,
    maxMicros: all.max,
  };
}

function windowsOf(
  { depths, utilisation, posts, entries }: Watch,
  { windows }: LagWindows,
  fromSecond: number,
  windowSeconds: number,
): Windows {
  return {
    atSecond: windows.map((_, i) => fromSecond + i * windowSeconds),
    posts,
    deliveries: entries,
    p50Micros: windows.map((lag) => lag.quantile(0.5) ?? null),
    p99Micros: windows.map((lag) => lag.quantile(0.99) ?? null),
    maxMicros: windows.map((lag) => (lag.total > 0 ? lag.max : null)),
    depth: columnsOf(depths),
    utilisation: columnsOf(utilisation),
  };
}

/** Rows of one shape as columns. */
function columnsOf<Row extends Readonly<Record<string, number>>>(rows: readonly Row[]) {
  const names = Object.keys(rows[0] ?? {}) as (keyof Row)[];
  const columns = names.map((name) => [name, rows.map((row) => row[name])] as const);
  return Object.fromEntries(columns) as unknown as Record<keyof Row, readonly number[]>;
}

function countsOf(mesh: Mesh): Counts {
  const { parts, owners, workers, faults, stages, events } = mesh;
  const { posts, queues } = parts;
  return {
    posts: posts.acknowledged(),
    delivered: workers.posts + workers.longLists.posts,
    dropped: workers.dropped,
    held: mesh.held(),
    longPosts: workers.longLists.posts,
    chunks: workers.longLists.chunks,
    deliveries: Math.round(workers.entries),
    appended: Math.round(owners.stored),
    notStored: Math.round(owners.dropped),
    redeliveries: queues.posts.redeliveries + queues.chunks.redeliveries,
    workerDeaths: faults.deaths,
    appendCalls: owners.calls,
    pieces: Math.round(owners.pieces),
    timedOutCalls: stages.reduce((sum, { lanes }) => sum + lanes.faults, 0),
    meanCallMicros: stages.reduce((sum, { lanes }) => sum + lanes.callMicros, 0) / owners.calls,
    groups: owners.log.groups,
    snapshots: owners.snapshots,
    events: events.handled,
  };
}

function checkOptions(model: Model, options: SimulationOptions): void {
  const { fromSecond, seconds, outages = [] } = options;
  within("fromSecond", fromSecond, 0, DAY_SECONDS - 1);
  within("seconds", seconds, 1, MAX_SECONDS);
  within("number of outages", outages.length, 0, MAX_OUTAGES);
  for (const outage of outages) {
    within("an outage's fromSecond", outage.fromSecond, fromSecond, fromSecond + seconds);
    within("an outage's seconds", outage.seconds, 0, MAX_DRAIN_SECONDS / 2);
    const { fanout, timeline } = model.processes;
    const [name, count] = {
      broker: ["a broker", 1] as const,
      worker: ["a worker", fanout] as const,
      owner: ["an owner", timeline] as const,
    }[outage.what];
    within(`the index of ${name}`, outage.index ?? 0, 0, count - 1);
  }
}
