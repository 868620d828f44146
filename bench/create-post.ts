import { CreatePostRequest, CreatePostResponse } from "#gen/post/v1/post.ts";
import { rawMethod } from "../loadtest/drivers/http2/connection.ts";
import { median } from "../loadtest/measure/median.ts";
import { bareCommitMicros } from "./support/bare-commits.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { type LoopResult, runClosedLoop } from "./support/closed-loop.ts";
import { type Collections, collectionsOf } from "./support/collections.ts";
import { startEcho } from "./support/rivals/echo.ts";
import type { Benchmark, Row } from "./support/table.ts";

export const CREATE_POST_PATH = "/tidings.post.v1.PostService/CreatePost";
const TEXT =
  "The quick brown fox jumps over the lazy dog, and finds that it was not so lazy after all. ";
/** Nobody takes the events away: full queues leave room for 50 calls of who names no priority. */
export const CREATE_POST_LOOP = {
  connections: 2,
  inFlight: 48,
  warmUpMs: 3_000,
  measureMs: 5_000,
};
const ROUNDS = 3;

/** What durability and everything else costs: server CPU of CreatePost against a bare echo of it. */
export const createPost: Benchmark = {
  name: "create-post",
  about: "CreatePost, embedded, durable: server CPU against a bare grpc-js echo",
  async run() {
    const message = nextMessage();
    const loop = (address: string, pid: number) =>
      runClosedLoop({
        ...CREATE_POST_LOOP,
        address,
        pid,
        method: (to) => rawMethod(to, CREATE_POST_PATH),
        message,
      });
    const echo = await startEcho(
      "createPost",
      CreatePostResponse.encode({ postId: 2n ** 60n, createTimeMs: 1_790_000_000_000n }).finish(),
    );
    const mesh = await startBenchMesh(["post"]);
    try {
      const echoes: LoopResult[] = [];
      const posts: LoopResult[] = [];
      let stoodStill = NONE;
      for (let round = 0; round < ROUNDS; round++) {
        echoes.push(await loop(echo.address, echo.pid));
        const before = await collectionsOf(mesh.metricsUrl("post"));
        posts.push(await loop(mesh.address("post"), mesh.process("post").pid));
        stoodStill = added(stoodStill, before, await collectionsOf(mesh.metricsUrl("post")));
      }
      const { inFlight, warmUpMs, measureMs } = CREATE_POST_LOOP;
      const commit = await bareCommitMicros(inFlight, warmUpMs, measureMs);
      const echoMicros = median(echoes.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall));
      return [
        compared("CreatePost, durable", posts, echoes, "at most 1.3x"),
        {
          what: `an echo, and a post's two keys durable in LMDB, ${inFlight} at a time, with nothing around them`,
          measured: `${echoMicros.toFixed(0)} us and ${commit.toFixed(0)} us CPU`,
          ratio: `${((echoMicros + commit) / echoMicros).toFixed(2)}x`,
          aim: "",
        },
        collected(stoodStill, median(posts.map(({ perSecond }) => perSecond))),
      ];
    } finally {
      echo.stop();
      await mesh.stop();
    }
  },
};

const NONE: Collections = { minorMs: 0, majorMs: 0 };

function added(sum: Collections, before: Collections, after: Collections): Collections {
  return {
    minorMs: sum.minorMs + after.minorMs - before.minorMs,
    majorMs: sum.majorMs + after.majorMs - before.majorMs,
  };
}

function collected({ minorMs, majorMs }: Collections, perSecond: number): Row {
  const seconds = (ROUNDS * (CREATE_POST_LOOP.warmUpMs + CREATE_POST_LOOP.measureMs)) / 1_000;
  const each = (ms: number) => (ms / seconds).toFixed(1);
  return {
    what: `its garbage collections meanwhile, at ${perSecond.toFixed(0)}/s`,
    measured: `minor ${each(minorMs)} ms a second, major ${each(majorMs)}`,
    ratio: "",
    aim: "",
  };
}

/** Distinct authors and texts; the same bytes for both servers. */
export function nextMessage(): () => Uint8Array {
  let author = 0;
  const messages = Array.from({ length: 4_096 }, () => {
    author++;
    const text = TEXT.repeat(2).slice(0, 60 + (author % 120));
    return CreatePostRequest.encode(
      CreatePostRequest.fromPartial({ authorId: BigInt(author), text }),
    ).finish();
  });
  let next = 0;
  return () => messages[next++ & 4_095];
}

/** The median of the rounds' ratios, each of neighbours in time. */
export function compared(
  what: string,
  ours: readonly LoopResult[],
  echoes: readonly LoopResult[],
  aim: string,
) {
  const ratios = ours.map((one, i) => one.cpuMicrosPerCall / echoes[i].cpuMicrosPerCall);
  const failed = ours.reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) throw new Error(`${what}: ${failed} calls failed.`);
  const us = median(ours.map((one) => one.cpuMicrosPerCall));
  const echo = median(echoes.map((one) => one.cpuMicrosPerCall));
  const share = median(ours.map((one) => one.mainThreadShare));
  const rate = median(ours.map((one) => one.perSecond));
  return {
    what,
    measured: `${us.toFixed(0)} us CPU a call (echo ${echo.toFixed(0)}), ${rate.toFixed(0)}/s, main thread at ${(100 * share).toFixed(0)}%`,
    ratio: `${median(ratios).toFixed(2)}x`,
    aim,
  };
}
