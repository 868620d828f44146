import { PENDING_PREFIX } from "../../../services/model/metrics/pending.ts";
import { COUNTERS, GAUGES, HISTOGRAMS } from "../../../services/model/metrics.ts";
import { ERROR_TABLE } from "../../../services/platform/grpc/errors/error-table.ts";
import type { Series } from "../../../services/platform/telemetry/read-exposition.ts";
import type { MeshWindow } from "../../sources/mesh-watch.ts";
import { type Change, changesIn, quantileOf, secondsOf, sumOf } from "./changes.ts";

/** A process, as it says of itself. Undefined: it does not say. */
export interface MapProcess {
  readonly label: string;
  readonly state: "serving" | "not serving" | "up" | "silent";
  /** Of one that is silent. */
  readonly why?: string | undefined;
  /** Of one core. */
  readonly cpu_share?: number | undefined;
  readonly memory_bytes?: number | undefined;
  readonly event_loop_p99_seconds?: number | undefined;
  /** Its work that waits or runs, by what it is. */
  readonly pending: Readonly<Record<string, number>>;
}

/** What flows from one service to another. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly what: string;
  readonly per_second: number;
  readonly failed_per_second: number;
  readonly p50_seconds?: number | undefined;
  readonly p99_seconds?: number | undefined;
  /** What waits before it, where something can. */
  readonly waiting?: number | undefined;
}

export interface MeshMap {
  /** Rates are those of so many seconds. */
  readonly window_seconds: number;
  /** From a post's acknowledgement until its entries can be read. */
  readonly lag: {
    readonly p50_seconds?: number | undefined;
    readonly p99_seconds?: number | undefined;
  };
  readonly dead_letters: number;
  readonly processes: readonly MapProcess[];
  readonly edges: readonly MapEdge[];
}

/** What tells processes of one service apart: timeline-0, timeline-10.0.0.7, timeline-fd00::7. */
const NUMBER_OR_ADDRESS = /-(\d[\d.]*|[\da-f]*:[\da-f:.]*)$/;

/** "timeline-0" is one of the processes of timeline. */
export function serviceOf(process: string): string {
  return process.replace(NUMBER_OR_ADDRESS, "");
}

/** The mesh of a window, from nothing but what its processes count. */
export function mapOf(window: MeshWindow): MeshMap {
  const changes = changesIn(window);
  const seconds = secondsOf(window);
  const { pages, silences } = window.now;
  const processes = [...pages].map(([label, page]) =>
    page
      ? processOf(label, page, changes, seconds)
      : { label, state: "silent" as const, why: silences.get(label), pending: {} },
  );
  const lag = named(changes, `${HISTOGRAMS.lag.name}_bucket`).filter(
    ({ process }) => serviceOf(process) === "timeline",
  );
  return {
    window_seconds: seconds,
    lag: quantilesOf(lag),
    dead_letters: gaugeSum(window, GAUGES.deadLetters.name),
    processes,
    edges: [
      ...outsideEdges(changes, seconds),
      ...callEdges(changes, seconds),
      ...busEdges(window, changes, seconds),
    ],
  };
}

function processOf(
  label: string,
  page: readonly Series[],
  changes: readonly Change[],
  seconds: number,
): MapProcess {
  const value = (name: string) => page.find((series) => series.name === name)?.value;
  const serving = value(GAUGES.serving.name);
  const cpu = named(changes, COUNTERS.processCpuSeconds.name).filter(
    (one) => one.process === label,
  );
  const pending = page.filter(({ name }) => name.startsWith(PENDING_PREFIX));
  return {
    label,
    state: serving === undefined ? "up" : serving === 1 ? "serving" : "not serving",
    cpu_share: cpu.length === 0 ? undefined : sumOf(cpu) / seconds,
    memory_bytes: value(GAUGES.residentMemory.name),
    event_loop_p99_seconds: value(GAUGES.eventLoopLagP99.name),
    pending: Object.fromEntries(
      pending.map(({ name, value: count }) => [name.slice(PENDING_PREFIX.length), count]),
    ),
  };
}

/** Apps at the gateway. */
function outsideEdges(changes: readonly Change[], seconds: number): readonly MapEdge[] {
  const { name } = HISTOGRAMS.httpSeconds;
  const counts = named(changes, `${name}_count`);
  if (counts.length === 0) return [];
  const failed = counts.filter(({ labels }) => (labels.status ?? "").startsWith("5"));
  return [
    {
      from: "apps",
      to: "gateway",
      what: "requests",
      per_second: sumOf(counts) / seconds,
      failed_per_second: sumOf(failed) / seconds,
      ...quantilesOf(named(changes, `${name}_bucket`)),
    },
  ];
}

/** Who calls whom, by what callers count. What is served of the bus is an edge of the bus. */
function callEdges(changes: readonly Change[], seconds: number): readonly MapEdge[] {
  const calls = named(changes, COUNTERS.grpcClientHandled.name).filter(
    ({ labels }) => ownerOf(labels) !== "event",
  );
  const key = ({ process, labels }: Change) => `${serviceOf(process)} ${ownerOf(labels)}`;
  const took = named(changes, `${HISTOGRAMS.grpcClientSeconds.name}_bucket`).filter(
    ({ labels }) => labels.grpc_type === "unary",
  );
  const tookByEdge = Map.groupBy(took, key);
  return [...Map.groupBy(calls, key)].map(([edge, counted]) => {
    const [from, to] = edge.split(" ");
    const failed = counted.filter(({ labels }) => isFailure(labels.grpc_code));
    return {
      from,
      to,
      what: "calls",
      per_second: sumOf(counted) / seconds,
      failed_per_second: sumOf(failed) / seconds,
      ...quantilesOf(tookByEdge.get(edge) ?? []),
    };
  });
}

/** A caller that goes away, or asks for what is not there, is no failure of the edge. */
const FAILURES: ReadonlySet<string> = new Set(
  Object.values(ERROR_TABLE)
    .filter(({ http }) => http >= 500)
    .map(({ metric }) => metric),
);

function isFailure(code = ""): boolean {
  return FAILURES.has(code);
}

/** "tidings.post.v1.PostService" is of post. */
function ownerOf(labels: Change["labels"]): string {
  const [, owner = "unknown"] = (labels.grpc_service ?? "").split(".");
  return owner;
}

/** What relays publish, and what the worker is done with. */
function busEdges(
  window: MeshWindow,
  changes: readonly Change[],
  seconds: number,
): readonly MapEdge[] {
  const published = Map.groupBy(named(changes, COUNTERS.relayPublished.name), ({ process }) =>
    serviceOf(process),
  );
  const failures = named(changes, COUNTERS.relayFailures.name);
  const done = named(changes, COUNTERS.fanoutMessages.name);
  const dropped = done.filter(({ labels }) => labels.outcome === "drop");
  const into = [...published].map(([from, counted]) => ({
    from,
    to: "bus",
    what: "events",
    per_second: sumOf(counted) / seconds,
    failed_per_second:
      sumOf(failures.filter(({ process }) => serviceOf(process) === from)) / seconds,
    waiting: gaugeSum(window, GAUGES.pendingOutboxEvents.name, from),
  }));
  const isThere = [...window.now.pages.keys()].some((process) => serviceOf(process) === "fanout");
  if (!isThere) return into;
  const out = {
    from: "bus",
    to: "fanout",
    what: "messages",
    per_second: sumOf(done) / seconds,
    failed_per_second: sumOf(dropped) / seconds,
    ...quantilesOf(stageBuckets(changes)),
    waiting: gaugeSum(window, GAUGES.pendingBusMessages.name),
  };
  return [...into, out];
}

/** How long a message is in the worker's hands: its longest stage, the append. */
function stageBuckets(changes: readonly Change[]): readonly Change[] {
  return named(changes, `${HISTOGRAMS.fanoutStageSeconds.name}_bucket`).filter(
    ({ labels }) => labels.stage === "append",
  );
}

function named(changes: readonly Change[], name: string): readonly Change[] {
  return changes.filter((change) => change.name === name);
}

function quantilesOf(buckets: readonly Change[]) {
  return { p50_seconds: quantileOf(buckets, 0.5), p99_seconds: quantileOf(buckets, 0.99) };
}

function gaugeSum({ now }: MeshWindow, name: string, service?: string): number {
  return [...now.pages]
    .filter(([process]) => service === undefined || serviceOf(process) === service)
    .flatMap(([, page]) => page ?? [])
    .filter((series) => series.name === name && Number.isFinite(series.value))
    .reduce((sum, { value }) => sum + value, 0);
}
