import type { Client } from "cassandra-driver";
import { BatchGetPostsRequest, CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { present } from "../../services/model/invariant.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { readEngines } from "../../tools/engines/engines.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { callPaced, type Pace } from "../support/paced-calls.ts";
import { pagesOf } from "../support/pages-of.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { connectDriver } from "./bare-driver.ts";

const AUTHORS = 2_000;
const POSTS = 20_000;
const PAGE = 20;
const IN_FLIGHT = 8;
/** Pages. */
const REHEARSED = 400;
const TEXT = "The quick brown fox jumps over the lazy dog, and finds that it was not so lazy. ";
const REST_SECONDS = 10;
const SLOW = { perSecond: 20, seconds: 15 };
const FAST = { perSecond: 500, seconds: 15 };

/** What posts cost on the real engines: CPU of the service, the database and the broker together. */
export const postCql: Benchmark = {
  name: "post-cql",
  about: "CreatePost and BatchGetPosts on CQL: CPU of all processes, against one bare statement",
  async run() {
    const [, { env }] = await engineSets();
    const engines = env && (await readEngines(".data"));
    if (!env || !engines)
      return [
        { what: "posts on CQL", measured: "left out: engines are not up", ratio: "", aim: "" },
      ];
    const mesh = await startBenchMesh(["post"], env);
    const driver = await connectDriver(env);
    const pids = () => [
      mesh.process("post").pid,
      ...[engines.pids.cassandra, engines.pids.rabbitmq].flatMap((mark) => mark?.pid ?? []),
    ];
    try {
      const first = open(mesh.address("post"));
      const ids = await createAll(first.posts);
      const rests = await Promise.all(pids().map(restOf));
      const rest = rests.map(ms).join(", ");
      const insert = await costOf(
        pids(),
        paced(FAST, (i) => insertBare(driver, i)),
      );
      const insertSlow = await costOf(
        pids(),
        paced(SLOW, (i) => insertBare(driver, i)),
      );
      const slow = await costOf(
        pids(),
        paced(SLOW, (i) => create(first.posts, i)),
      );
      const fast = await costOf(
        pids(),
        paced(FAST, (i) => create(first.posts, i)),
      );
      first.close();
      // Nothing in its memory.
      await mesh.end("post");
      await mesh.start("post");
      const { posts, close } = open(mesh.address("post"));
      const read = (page: readonly bigint[]) => posts.batchGetPosts(requestOf(page));
      const all = pagesOf(ids, PAGE);
      // Of a process that has just started the compiler would be measured.
      await inParallel(IN_FLIGHT, all.slice(0, REHEARSED), read);
      const pages = all.slice(REHEARSED);
      const bare = await costOf(
        pids(),
        atOnce(pages, (page) => selectBare(driver, page)),
      );
      const cold = await costOf(pids(), atOnce(pages, read));
      const warm = await costOf(pids(), atOnce(pages, read));
      const warmSlow = await costOf(
        pids(),
        paced(SLOW, (i) => read(present(pages[i]))),
      );
      close();
      return [
        {
          what: "a second at rest: post, Cassandra, RabbitMQ",
          measured: rest,
          ratio: "",
          aim: "5 ms",
        },
        row("CreatePost, 20 a second, against one bare INSERT", slow, insertSlow, "3 ms"),
        row("CreatePost, 500 a second, against one bare INSERT", fast, insert, "1 ms"),
        row("BatchGetPosts of 20, cold, against one bare SELECT of 20", cold, bare, "2 ms"),
        row("the same, warm", warm, bare, "0.4 ms"),
        row("the same, warm, 20 a second", warmSlow, bare, "0.4 ms"),
      ];
    } finally {
      await driver.shutdown();
      await mesh.stop();
      await dropKeyspace(env);
    }
  },
};

/** CPU microseconds of each process. */
type Micros = readonly number[];

function row(what: string, micros: Micros, bare: Micros, aim: string): Row {
  const measured = `${ms(sum(micros))} CPU: ${micros.map(ms).join(", ")} (bare ${ms(sum(bare))})`;
  return { what, measured, ratio: `${(sum(micros) / sum(bare)).toFixed(2)}x`, aim };
}

function sum(micros: Micros): number {
  return micros.reduce((total, one) => total + one, 0);
}

function ms(micros: number): string {
  return `${(micros / 1_000).toFixed(2)} ms`;
}

/** On a loaded machine too: it is CPU that is counted. */
const PATIENT = { retry: "none", defaultDeadlineMs: 60_000 } as const;

function open(address: string) {
  const channel = connect(address, { log: createLogger("bench", "warn"), ...PATIENT });
  return { posts: createClient(PostServiceService, channel), close: () => channel.close() };
}

type Posts = ReturnType<typeof open>["posts"];

async function create(posts: Posts, i: number): Promise<bigint> {
  const text = TEXT.repeat(2).slice(0, 60 + (i % 90));
  const authorId = BigInt(1 + (i % AUTHORS));
  return (await posts.createPost(CreatePostRequest.fromPartial({ authorId, text }))).postId;
}

function createAll(posts: Posts): Promise<readonly bigint[]> {
  const numbers = Array.from({ length: POSTS }, (_, i) => i);
  return inParallel(64, numbers, (i) => create(posts, i));
}

function requestOf(postIds: readonly bigint[]): BatchGetPostsRequest {
  return BatchGetPostsRequest.fromPartial({ postIds: [...postIds] });
}

/** Of each of these processes, for each call of the work. */
async function costOf(pids: readonly number[], work: () => Promise<number>): Promise<Micros> {
  const before = pids.map(cpuSeconds);
  const calls = await work();
  return pids.map((pid, i) => ((cpuSeconds(pid) - before[i]) / calls) * 1e6);
}

/** CPU microseconds a second while nothing is asked. */
async function restOf(pid: number): Promise<number> {
  const before = cpuSeconds(pid);
  await systemClock.delay(REST_SECONDS * 1_000);
  return ((cpuSeconds(pid) - before) / REST_SECONDS) * 1e6;
}

function atOnce<T>(items: readonly T[], call: (item: T) => Promise<unknown>) {
  return async () => (await inParallel(IN_FLIGHT, items, call)).length;
}

function paced(pace: Pace, call: (i: number) => Promise<unknown>): () => Promise<number> {
  return () => callPaced(pace, call);
}

const PREPARED = { prepare: true, isIdempotent: true } as const;

function insertBare(driver: Client, i: number): Promise<unknown> {
  const query = "INSERT INTO posts (post_id, author_id, message) VALUES (?, ?, ?)";
  // Below all posts of the service.
  return driver.execute(query, [BigInt(i + 1), BigInt(i), Buffer.from(TEXT)], PREPARED);
}

function selectBare(driver: Client, ids: readonly bigint[]): Promise<unknown> {
  const query = "SELECT post_id, author_id, message, deleted FROM posts WHERE post_id IN ?";
  return driver.execute(query, [ids], PREPARED);
}
