import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { cpuSeconds } from "../loadtest/measure/machine/process-use.ts";
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
const PAGES = { perSecond: 50, seconds: SECONDS };
const PAGE = 20;

/** What processes cost that have little to do: twenty of them would cost more than the load. */
export const atRest: Benchmark = {
  name: "at-rest",
  about: "CPU of each process of an embedded mesh at rest, and of timeline at fifty pages a second",
  async run() {
    const mesh = await startBenchMesh(NAMES);
    try {
      await fillRings(mesh, { viewers: VIEWERS, friendsEach: 20, posts: 500 });
      await systemClock.delay(SILENCE_MS);
      const rest = await shares(mesh, () => systemClock.delay(SECONDS * 1_000));
      const busy = await shares(mesh, () => pages(mesh));
      const atRest = rest.get("timeline") ?? 0;
      return [
        ...NAMES.map((name) => row(`${name} at rest`, rest.get(name) ?? 0, "", "0.5%")),
        row(
          "timeline at 50 pages a second",
          busy.get("timeline") ?? 0,
          `${((busy.get("timeline") ?? 0) / atRest).toFixed(1)}x of rest`,
          "2%",
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

async function pages(mesh: BenchMesh): Promise<void> {
  const log = createLogger("bench", "warn");
  const channel = connect(mesh.address("timeline"), { log, defaultDeadlineMs: 10_000 });
  const timelines = createClient(TimelineServiceService, channel);
  await callPaced(PAGES, (i) =>
    timelines.getTimeline(
      GetTimelineRequest.fromPartial({ viewerId: VIEWERS[i % VIEWERS.length], limit: PAGE }),
    ),
  );
  channel.close();
}
