import { CreatePostRequest, PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { present } from "../../services/model/invariant.ts";
import { COUNTERS } from "../../services/model/metrics.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { startTestMesh, type TestMesh } from "../../test/support/mesh/mesh.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { callPaced } from "../support/paced-calls.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { benchEngines } from "./engine-pids.ts";

const COPIES = 3;
const TIMELINES = 4;
const AUTHORS = 2_000;
const REST_SECONDS = 20;
const LOAD = { perSecond: 200, seconds: 20 };
/** Of so many posts one is deleted, 5 s after it was created. */
const POSTS_PER_DELETION = 20;
const DELETED_AFTER_MS = 5_000;
const WARM_SECONDS = 10;
/** Posts that are deleted while they are looked at, one after the other. */
const WATCHED = 20;

/** What it takes to follow the post log on CQL: its reads are counted, and what is not said in time shows in the last row. */
export const postLogCql: Benchmark = {
  name: "post-log-cql",
  about:
    "reads of the post log a second, and how long a deleted post is shown from another's memory",
  async run() {
    const [, { env }] = await engineSets();
    const engines = await benchEngines();
    if (!env || !engines) {
      const measured = "left out: engines are not up";
      return [{ what: "the post log on CQL", measured, ratio: "", aim: "" }];
    }
    const mesh = await startTestMesh({ env, copies: COPIES, timelines: TIMELINES });
    const { posts, close } = open(mesh);
    const database = present(engines.pids.cassandra).pid;
    const load = (seconds: number) => callPaced({ ...LOAD, seconds }, (i) => live(posts, i));
    try {
      await load(WARM_SECONDS);
      await systemClock.delay(DELETED_AFTER_MS);
      const rest = await costOf(mesh, database, () => systemClock.delay(REST_SECONDS * 1_000));
      const loaded = await costOf(mesh, database, () => load(LOAD.seconds));
      const shown: number[] = [];
      for (let i = 0; i < WATCHED; i++) shown.push(await shownFor(posts));
      const what = `${COPIES} post, ${TIMELINES} timeline processes`;
      return [
        row(`${what}, at rest`, rest),
        row(
          `the same, ${LOAD.perSecond} posts a second, 1 of ${POSTS_PER_DELETION} deleted`,
          loaded,
        ),
        {
          what: "a deleted post, in the memory of another post process",
          measured: `shown for ${median(shown)} ms; at most ${Math.max(...shown)}`,
          ratio: "",
          aim: "1,000 ms",
        },
      ];
    } finally {
      close();
      await mesh.end();
    }
  },
};

interface Cost {
  readonly readsPerSecond: number;
  readonly databaseMs: number;
}

function row(what: string, { readsPerSecond, databaseMs }: Cost): Row {
  const reads = `${readsPerSecond.toFixed(1)} reads a second`;
  return {
    what,
    measured: `${reads}; ${databaseMs.toFixed(0)} ms of Cassandra`,
    ratio: "",
    aim: "",
  };
}

type Posts = ReturnType<typeof open>["posts"];

/** A client of each post process. */
function open({ plans, host, credentials }: TestMesh) {
  const log = createLogger("bench", "warn");
  const options = { log, credentials, to: "post", defaultDeadlineMs: 60_000 } as const;
  const channels = plans
    .filter(({ name }) => name === "post")
    .map(({ port }) => connect(`${host}:${port}`, options));
  return {
    posts: channels.map((channel) => createClient(PostServiceService, channel)),
    close: () => {
      for (const channel of channels) channel.close();
    },
  };
}

async function create(posts: Posts, i: number): Promise<bigint> {
  const authorId = BigInt(1 + (i % AUTHORS));
  const text = `What there is to say on the day ${i}, and on all others.`;
  const request = CreatePostRequest.fromPartial({ authorId, text });
  return (await posts[i % posts.length].createPost(request)).postId;
}

async function live(posts: Posts, i: number): Promise<void> {
  const postId = await create(posts, i);
  if (i % POSTS_PER_DELETION !== 0) return;
  await systemClock.delay(DELETED_AFTER_MS);
  await posts[i % posts.length].deletePost({ postId, authorId: BigInt(1 + (i % AUTHORS)) });
}

/** Deleted at one process, read at the next until it says so; ms. */
async function shownFor(posts: Posts): Promise<number> {
  const [here, there] = posts;
  const postId = await create(posts, 0);
  const isShown = async () => {
    const { results } = await there.batchGetPosts({ postIds: [postId] });
    return results[0].status === PostStatus.FOUND;
  };
  await isShown();
  await here.deletePost({ postId, authorId: 1n });
  const startMs = performance.now();
  while (await isShown()) await systemClock.delay(5);
  return Math.round(performance.now() - startMs);
}

async function costOf(
  mesh: TestMesh,
  database: number,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const [reads, cpu, startMs] = [await readsOf(mesh), cpuSeconds(database), performance.now()];
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const databaseMs = ((cpuSeconds(database) - cpu) / seconds) * 1_000;
  return { readsPerSecond: ((await readsOf(mesh)) - reads) / seconds, databaseMs };
}

async function readsOf(mesh: TestMesh): Promise<number> {
  const pages = await scrapeAll(mesh);
  return [...pages.values()].reduce(
    (sum, page = "") => sum + (valueIn(page, COUNTERS.postLogReads.name) || 0),
    0,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
