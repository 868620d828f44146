import { BatchGetPostsRequest, CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { present } from "../../services/model/invariant.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { type BenchMesh, startBenchMesh } from "../support/bench-mesh.ts";
import { callPaced, type Pace } from "../support/paced-calls.ts";
import { pagesOf } from "../support/pages-of.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { connectDriver } from "./bare-driver.ts";
import { insertPost, insertRowsOfPost, selectPosts } from "./bare-statements.ts";
import { benchEngines, pidsOf } from "./engine-pids.ts";

const AUTHORS = 2_000;
const POSTS = 20_000;
const PAGE = 20;
const IN_FLIGHT = 8;
/** Pages. */
const REHEARSED = 400;
const TEXT = "The quick brown fox jumps over the lazy dog, and finds that it was not so lazy. ";
const REST_SECONDS = 10;
const WARM_SECONDS = 5;
const SLOW = { perSecond: 20, seconds: 15 };
const FAST = { perSecond: 500, seconds: 15 };

/** What posts cost on the real engines: CPU of the service, the database and the broker together. */
export const postCql: Benchmark = {
  name: "post-cql",
  about: "CreatePost and BatchGetPosts on CQL: CPU of all processes, against one bare statement",
  async run() {
    const [, { env }] = await engineSets();
    const engines = env && (await benchEngines());
    if (!env || !engines)
      return [
        { what: "posts on CQL", measured: "left out: engines are not up", ratio: "", aim: "" },
      ];
    const mesh = await startBenchMesh(["post"], env);
    const driver = await connectDriver(env);
    const pids = () => [mesh.process("post").pid, ...pidsOf(engines)];
    const side = { mesh, driver, pids };
    try {
      const { ids, rows } = await writes(side);
      // Nothing in its memory.
      await mesh.end("post");
      await mesh.start("post");
      return [...rows, ...(await reads(side, ids))];
    } finally {
      await driver.shutdown();
      await mesh.stop();
      await dropKeyspace(env);
    }
  },
};

interface Side {
  readonly mesh: BenchMesh;
  readonly driver: Awaited<ReturnType<typeof connectDriver>>;
  /** The post service, Cassandra, RabbitMQ. */
  readonly pids: () => readonly number[];
}

async function writes({ mesh, driver, pids }: Side) {
  const { posts, close } = open(mesh.address("post"));
  const ids = await createAll(posts);
  // Of statements that are new the compiler would be measured.
  await callPaced({ ...FAST, seconds: WARM_SECONDS }, (i) => insertRowsOfPost(driver, i));
  const rests = await Promise.all(pids().map(restOf));
  const rows: Row[] = [
    {
      what: "a second at rest: post, Cassandra, RabbitMQ",
      measured: rests.map(ms).join(", "),
      ratio: "",
      aim: "5 ms",
    },
  ];
  for (const [pace, aim] of [
    [SLOW, "3 ms"],
    [FAST, "1 ms"],
  ] as const) {
    const cost = (call: (i: number) => Promise<unknown>) => costOf(pids(), paced(pace, call));
    const bare = await cost((i) => insertPost(driver, i));
    const alone = await cost((i) => insertRowsOfPost(driver, i));
    const whole = await cost((i) => create(posts, i));
    const rate = `${pace.perSecond} a second, against one bare INSERT`;
    rows.push(row(`CreatePost, ${rate}`, whole, bare, aim));
    rows.push(row(`its three rows alone, bare, ${rate}`, alone, bare, ""));
  }
  close();
  return { ids, rows };
}

async function reads({ mesh, driver, pids }: Side, ids: readonly bigint[]): Promise<Row[]> {
  const { posts, close } = open(mesh.address("post"));
  const read = (page: readonly bigint[]) => posts.batchGetPosts(requestOf(page));
  const all = pagesOf(ids, PAGE);
  // Of a process that has just started the compiler would be measured.
  await inParallel(IN_FLIGHT, all.slice(0, REHEARSED), read);
  const pages = all.slice(REHEARSED);
  const bare = await costOf(
    pids(),
    atOnce(pages, (page) => selectPosts(driver, page)),
  );
  const cold = await costOf(pids(), atOnce(pages, read));
  const warm = await costOf(pids(), atOnce(pages, read));
  const warmSlow = await costOf(
    pids(),
    paced(SLOW, (i) => read(present(pages[i]))),
  );
  close();
  return [
    row("BatchGetPosts of 20, cold, against one bare SELECT of 20", cold, bare, "2 ms"),
    row("the same, warm", warm, bare, "0.4 ms"),
    row("the same, warm, 20 a second", warmSlow, bare, "0.4 ms"),
  ];
}

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
