import {
  AppendEntriesRequest,
  GetTimelineRequest,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import { cpuSeconds } from "../loadtest/measure/machine/process-use.ts";
import { makePostId } from "../services/model/ids.ts";
import { systemClock } from "../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../services/platform/grpc/client/client.ts";
import { createLogger } from "../services/platform/telemetry/logger.ts";
import type { ServiceName } from "../tools/mesh/services.ts";
import { type BenchMesh, startBenchMesh } from "./support/bench-mesh.ts";
import { fillRings } from "./support/full-rings.ts";
import { callPaced } from "./support/paced-calls.ts";
import type { Benchmark, Row } from "./support/table.ts";

const NAMES = ["post", "friend", "ranking", "timeline", "fanout", "gateway"] as const;
const VIEWERS = Array.from({ length: 50 }, (_, i) => BigInt(i + 1));
/** Who polls does so the more seldom the longer nothing came. */
const SILENCE_MS = 40_000;
const SECONDS = 30;
const CALLS = { perSecond: 50, seconds: SECONDS };
const PAGE = 20;
/** Of a post's friends, those of one owner of twenty. */
const VIEWERS_A_CALL = 10;

/** What processes cost that have little to do: twenty of them would cost more than the load. */
export const atRest: Benchmark = {
  name: "at-rest",
  about: "CPU of each process of an embedded mesh at rest, and of timeline at fifty calls a second",
  async run() {
    const mesh = await startBenchMesh(NAMES);
    try {
      await fillRings(mesh, { viewers: VIEWERS, friendsEach: 20, posts: 500 });
      await systemClock.delay(SILENCE_MS);
      const rest = await shares(mesh, () => systemClock.delay(SECONDS * 1_000));
      const reading = await shares(mesh, () => calls(mesh, readPage));
      const appending = await shares(mesh, () => calls(mesh, append));
      const idle = rest.get("timeline") ?? 0;
      const read = reading.get("timeline") ?? 0;
      const appended = appending.get("timeline") ?? 0;
      return [
        ...NAMES.map((name) => row(`${name} at rest`, rest.get(name) ?? 0, "", "0.5%")),
        row("timeline, 50 pages a second", read, `${millis(read - idle)} ms a page`, "2%"),
        row(
          "timeline, 50 AppendEntries a second, a post for 10 viewers",
          appended,
          `${millis(appended - idle)} ms a call`,
          "0.2 ms",
        ),
      ];
    } finally {
      await mesh.stop();
    }
  },
};

function row(what: string, share: number, ratio: string, aim: string): Row {
  return { what, measured: `${(100 * share).toFixed(2)}% of a core`, ratio, aim };
}

/** CPU of a call beyond rest. */
function millis(share: number): string {
  return ((share / CALLS.perSecond) * 1_000).toFixed(2);
}

/** Of one core, by process, while the work goes on. */
async function shares(
  mesh: BenchMesh,
  work: () => Promise<unknown>,
): Promise<ReadonlyMap<ServiceName, number>> {
  const used = () => NAMES.map((name) => cpuSeconds(mesh.process(name).pid));
  const before = used();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const after = used();
  return new Map(NAMES.map((name, i) => [name, (after[i] - before[i]) / seconds]));
}

type Timelines = ReturnType<typeof createClient<typeof TimelineServiceService>>;

async function calls(
  mesh: BenchMesh,
  call: (timelines: Timelines, i: number) => Promise<unknown>,
): Promise<void> {
  const log = createLogger("bench", "warn");
  const channel = connect(mesh.address("timeline"), { log, defaultDeadlineMs: 10_000 });
  const timelines = createClient(TimelineServiceService, channel);
  await callPaced(CALLS, (i) => call(timelines, i));
  channel.close();
}

function readPage(timelines: Timelines, i: number): Promise<unknown> {
  const viewerId = VIEWERS[i % VIEWERS.length];
  return timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId, limit: PAGE }));
}

function append(timelines: Timelines, i: number): Promise<unknown> {
  const nowMs = Date.now();
  const post = {
    postId: makePostId(nowMs, 1, i % 4_096),
    authorId: 1_000_000n,
    deleted: false,
    viewerIds: VIEWERS.slice(0, VIEWERS_A_CALL),
    createTimeMs: BigInt(nowMs),
    requestId: "",
  };
  return timelines.appendEntries(AppendEntriesRequest.create({ appends: [post] }));
}
