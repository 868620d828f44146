import {
  GetTimelineRequest,
  GetTimelineResponse,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import { rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { compared } from "../create-post.ts";
import { type BenchMesh, startBenchMesh } from "../support/bench-mesh.ts";
import { type LoopResult, runClosedLoop } from "../support/closed-loop.ts";
import { fillRings } from "../support/full-rings.ts";
import { startEcho } from "../support/rivals/echo.ts";
import type { Benchmark } from "../support/table.ts";

const PATH = "/tidings.timeline.v1.TimelineService/GetTimeline";
const VIEWERS = Array.from({ length: 200 }, (_, i) => BigInt(i + 1));
const LOOP = { connections: 2, inFlight: 96, warmUpMs: 3_000, measureMs: 5_000 };
const ROUNDS = 3;
const PAGE = 20;

/** A page of 20 from full, trimmed rings with friend filter and deletions, against a bare echo of it. */
export const getTimeline: Benchmark = {
  name: "get-timeline",
  about: "GetTimeline of 20, embedded: server CPU against a bare grpc-js echo of the same page",
  async run() {
    const mesh = await startBenchMesh(["post", "friend", "timeline"]);
    try {
      await fillRings(mesh, { viewers: VIEWERS, friendsEach: 200, posts: 4_000 });
      const echo = await startEcho("getTimeline", await onePage(mesh));
      const messages = VIEWERS.map((viewerId) =>
        GetTimelineRequest.encode(
          GetTimelineRequest.fromPartial({ viewerId, limit: PAGE }),
        ).finish(),
      );
      let next = 0;
      const message = () => messages[next++ % messages.length];
      const loop = (address: string, pid: number) =>
        runClosedLoop({ ...LOOP, address, pid, method: (to) => rawMethod(to, PATH), message });
      const echoes: LoopResult[] = [];
      const pages: LoopResult[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        echoes.push(await loop(echo.address, echo.pid));
        pages.push(await loop(mesh.address("timeline"), mesh.process("timeline").pid));
      }
      echo.stop();
      return [compared("GetTimeline, 20 entries, full rings", pages, echoes, "at most 1.3x")];
    } finally {
      await mesh.stop();
    }
  },
};

async function onePage(mesh: BenchMesh): Promise<Uint8Array> {
  const channel = connect(mesh.address("timeline"), {
    log: createLogger("bench", "warn"),
    defaultDeadlineMs: 10_000,
  });
  const timelines = createClient(TimelineServiceService, channel);
  const page = await timelines.getTimeline(
    GetTimelineRequest.fromPartial({ viewerId: VIEWERS[0], limit: PAGE }),
  );
  channel.close();
  if (page.entries.length !== PAGE) {
    throw new Error(
      `Expected a full page of ${PAGE}, got ${page.entries.length}: ${page.degraded}`,
    );
  }
  return GetTimelineResponse.encode(page).finish();
}
