import { ErasureServiceService, JobState } from "#gen/erasure/v1/erasure.ts";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { openRawDriver } from "../../loadtest/drivers/http2/raw-driver.ts";
import { quantile } from "../../loadtest/measure/histogram.ts";
import { median } from "../../loadtest/measure/median.ts";
import { RunClock } from "../../loadtest/run/run-clock.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { type BenchMesh, startBenchMesh } from "../support/bench-mesh.ts";
import { circleEnv, clientsOf, makeCircle, personAt } from "../support/circle-world.ts";
import { inFlight } from "../support/in-flight.ts";
import { playPaced } from "../support/paced.ts";
import { type Benchmark, short } from "../support/table.ts";

const PATH = "/tidings.timeline.v1.TimelineService/GetTimeline";
const OPERATION = { name: "timeline.get", timeoutMs: 5_000 };
const CIRCLE = { people: 200, friendsEach: 40, ringEntries: 800 };
const GOING = 1_000_001n;
const ITEMS = 100_000;
const RATE = 300;
const SECONDS = 6;
/**
 * Rounds with the erasure standing still and going on, in turns, so that the machine is the same to both; medians,
 * so that one pause of it is not the p99 of all.
 */
const ROUNDS = 8;
/** Queues that fill leave less room to who names no priority. */
const POSTS_AT_ONCE = 48;

/** What readers notice of it while a person with 100,000 posts is deleted. */
export const erasePages: Benchmark = {
  name: "erase-pages",
  about: "p99 of GetTimeline while a person with 100,000 posts goes, against the same without",
  async run() {
    const mesh = await startBenchMesh(["post", "friend", "timeline", "fanout", "erasure"], {
      ...circleEnv(CIRCLE),
      TIDINGS_ERASURE_WINDOW: "0",
    });
    try {
      await makeCircle(mesh, CIRCLE);
      await writePosts(mesh);
      await pages(mesh);
      const erased = erase(mesh);
      await erased.deleting();
      const calm: number[] = [];
      const busy: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        mesh.process("erasure").signal("SIGSTOP");
        calm.push(await pages(mesh));
        mesh.process("erasure").signal("SIGCONT");
        busy.push(await pages(mesh));
      }
      const { seconds, isStillRunning } = await erased.progress();
      if (!isStillRunning) throw new Error("the erasure ended before the pages were read");
      const rate = await erased.rate();
      const [calmMs, busyMs] = [median(calm), median(busy)];
      return [
        {
          what: `p99 of a page at ${RATE}/s while ${short(ITEMS)} posts go at 2,000 a second`,
          measured: `${busyMs.toFixed(2)} ms (while it stands still: ${calmMs.toFixed(2)} ms); ${short(rate)} items/s for ${seconds.toFixed(0)} s`,
          ratio: `${(busyMs / calmMs).toFixed(2)}x`,
          aim: "at most 1.2x",
        },
      ];
    } finally {
      await mesh.stop();
    }
  },
};

async function writePosts(mesh: BenchMesh): Promise<void> {
  const { posts, friends, close } = clientsOf(mesh);
  const draft = CreatePostRequest.fromPartial({ authorId: GOING, text: "one of very many" });
  const writes = Array.from({ length: ITEMS }, () => () => posts.createPost(draft));
  await inFlight(writes, POSTS_AT_ONCE);
  for (let i = 0; i < 10; i++) {
    await friends.addFriend({ userId: GOING, friendId: personAt(i, CIRCLE.people) });
  }
  close();
}

/** p99 in ms. */
async function pages(mesh: BenchMesh): Promise<number> {
  const clock = new RunClock();
  const target = { path: PATH, addresses: [mesh.address("timeline")], timeoutMs: 5_000 };
  const driver = await openRawDriver([target], { connections: 2, clock });
  const request = GetTimelineRequest.fromPartial({
    viewerId: personAt(7, CIRCLE.people),
    limit: 20,
  });
  try {
    const { response } = await playPaced(driver, clock, {
      operation: OPERATION,
      message: GetTimelineRequest.encode(request).finish(),
      perSecond: RATE,
      seconds: SECONDS,
      spread: "poisson",
      maxOpen: 200,
    });
    return quantile(response, 0.99) / 1_000;
  } finally {
    driver.close();
  }
}

/** Begins it; what it has done, once the pages are read. */
function erase(mesh: BenchMesh) {
  const options = { log: createLogger("bench", "warn"), defaultDeadlineMs: 60_000 };
  const channel = connect(mesh.address("erasure"), options);
  const erasures = createClient(ErasureServiceService, channel);
  const startedMs = performance.now();
  const started = erasures.eraseUser({ userId: GOING });
  const now = async () => {
    const { job } = await started;
    for await (const { job: seen } of erasures.watchErasure({ jobId: job?.jobId ?? "" }))
      return seen;
    return undefined;
  };
  return {
    /** Resolves when all is found and the first items are gone. */
    deleting: async () => {
      const { job } = await started;
      for await (const { job: seen } of erasures.watchErasure({ jobId: job?.jobId ?? "" }))
        if ((seen?.progress?.deletedCount ?? 0n) > 0n) return;
    },
    progress: async () => {
      const job = await now();
      const seconds = (performance.now() - startedMs) / 1_000;
      return { seconds, isStillRunning: job?.state === JobState.ERASING };
    },
    rate: async () => {
      const job = await now();
      channel.close();
      return job?.progress?.deletedPerSecond ?? 0;
    },
  };
}
