import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { cpuSeconds } from "../loadtest/measure/machine/process-use.ts";
import { present } from "../services/model/invariant.ts";
import { valueIn } from "../services/platform/telemetry/read-exposition.ts";
import { sumPending } from "../tools/mesh/settle.ts";
import { type BenchMesh, startBenchMesh } from "./support/bench-mesh.ts";
import { circleEnv, clientsOf, makeCircle, personAt } from "./support/circle-world.ts";
import { inFlight } from "./support/in-flight.ts";
import { measureRedisDesign } from "./support/rivals/redis-design.ts";
import { type Benchmark, type Row, short } from "./support/table.ts";

const PEOPLE = 1_000;
const FRIENDS_EACH = 200;
const POSTS = 40_000;
/** As many as the sets in Redis hold. */
const RING = 800;
const CIRCLE = { people: PEOPLE, friendsEach: FRIENDS_EACH, ringEntries: RING };
/** Rarely: a scrape costs the worker time. */
const POLL_MS = 100;
const REDIS_MEASURE_MS = 4_000;
const REDIS_SEARCH_MS = 1_000;
const STAGES = ["post", "friend", "fanout", "timeline"] as const;

/** Posts that are accepted already, through the whole path to readable entries, against Redis. */
export const fanOut: Benchmark = {
  name: "fan-out",
  about: "the whole path, embedded, 200 friends a post, against sorted sets in Redis",
  async run() {
    const ours = await measureOurs();
    const rows: Row[] = [
      {
        what: "whole path, event to readable entries, 200 friends",
        measured: `${short(ours.perSecond)} deliveries/s; CPU ns a delivery: ${ours.cpu}`,
        ratio: "1x",
        aim: "",
      },
    ];
    for (const appendFsync of ["no", "everysec", "always"] as const) {
      const best = await bestRedis(appendFsync);
      const what = `sorted sets in Redis, ${appendFsync === "no" ? "not durable" : `appendfsync ${appendFsync}`}: ZADD NX + ZREMRANGEBYRANK 0 -${RING + 1} a friend`;
      rows.push(
        best === undefined
          ? { what, measured: "left out: no redis-server here", ratio: "", aim: "" }
          : {
              what,
              measured: `${short(best.perSecond)}/s at ${best.postsPerPipeline} posts a pipeline`,
              ratio: `ours ${(ours.perSecond / best.perSecond).toFixed(1)}x`,
              aim: "at least 2x",
            },
      );
    }
    return rows;
  },
};

async function bestRedis(appendFsync: "no" | "everysec" | "always") {
  const plan = { viewers: PEOPLE, friendsEach: FRIENDS_EACH, ringEntries: RING, appendFsync };
  let best: { postsPerPipeline: number; perSecond: number } | undefined;
  for (const postsPerPipeline of [1, 3, 10, 30]) {
    const rate = await measureRedisDesign({
      ...plan,
      postsPerPipeline,
      measureMs: REDIS_SEARCH_MS,
    });
    if (rate === undefined) return undefined;
    if (!best || rate > best.perSecond) best = { postsPerPipeline, perSecond: rate };
  }
  const { postsPerPipeline } = present(best);
  const perSecond = await measureRedisDesign({
    ...plan,
    postsPerPipeline,
    measureMs: REDIS_MEASURE_MS,
  });
  return { postsPerPipeline, perSecond: present(perSecond) };
}

async function measureOurs() {
  const mesh = await startBenchMesh(["post", "friend", "timeline"], circleEnv(CIRCLE));
  try {
    await makeCircle(mesh, CIRCLE);
    await deliverFriendEvents(mesh);
    await acceptPosts(mesh);
    const appended = () => appendedBy(mesh);
    const before = await appended();
    await mesh.start("fanout");
    const total = POSTS * FRIENDS_EACH;
    let first = await appended();
    while (first === before) first = await appended();
    const startedMs = performance.now();
    const cpu = STAGES.map((name) => cpuSeconds(mesh.process(name).pid));
    let now = first;
    while (now - before < total) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      now = await appended();
    }
    const delivered = now - first;
    const spent = STAGES.map((name, i) => cpuSeconds(mesh.process(name).pid) - cpu[i]);
    return {
      perSecond: delivered / ((performance.now() - startedMs) / 1000),
      cpu: STAGES.map((name, i) => `${name} ${((spent[i] / delivered) * 1e9).toFixed(0)}`).join(
        ", ",
      ),
    };
  } finally {
    await mesh.stop();
  }
}

/** The friendships' own events are not what is measured here. */
async function deliverFriendEvents(mesh: BenchMesh): Promise<void> {
  await mesh.start("fanout");
  const pending = async (name: "friend" | "fanout") =>
    sumPending(await (await fetch(mesh.metricsUrl(name))).text());
  while ((await pending("friend")) + (await pending("fanout")) > 0) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await mesh.end("fanout");
}

async function acceptPosts(mesh: BenchMesh): Promise<void> {
  const { posts, close } = clientsOf(mesh);
  await inFlight(
    Array.from({ length: POSTS }, (_, i) => () => {
      const text = `Post ${i}, accepted while the worker is away`;
      return posts.createPost(
        CreatePostRequest.fromPartial({ authorId: personAt(i, PEOPLE), text }),
      );
    }),
    64,
  );
  close();
}

/** The worker's count of new entries, each acknowledged by the timeline process; 0 before it runs. */
async function appendedBy(mesh: BenchMesh): Promise<number> {
  const text = await fetch(mesh.metricsUrl("fanout")).then(
    (response) => response.text(),
    () => "",
  );
  return valueIn(text, "tidings_fanout_entries_total", { result: "appended" }) || 0;
}
