import { CreatePostRequest, CreatePostResponse } from "#gen/post/v1/post.ts";
import { rawMethod } from "../loadtest/drivers/http2/connection.ts";
import { median } from "../loadtest/measure/median.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { type LoopResult, runClosedLoop } from "./support/closed-loop.ts";
import { startEcho } from "./support/rivals/echo.ts";
import type { Benchmark } from "./support/table.ts";

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
      for (let round = 0; round < ROUNDS; round++) {
        echoes.push(await loop(echo.address, echo.pid));
        posts.push(await loop(mesh.address("post"), mesh.process("post").pid));
      }
      return [compared("CreatePost, durable", posts, echoes, "at most 2.0x")];
    } finally {
      echo.stop();
      await mesh.stop();
    }
  },
};

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
