import {
  BatchGetPostsRequest,
  BatchGetPostsResponse,
  CreatePostRequest,
  PostServiceService,
} from "#gen/post/v1/post.ts";
import { rawMethod } from "../loadtest/drivers/http2/connection.ts";
import { present } from "../services/model/invariant.ts";
import { inParallel } from "../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../services/platform/grpc/client/client.ts";
import { createLogger } from "../services/platform/telemetry/logger.ts";
import { compared } from "./create-post.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { type LoopResult, runClosedLoop } from "./support/closed-loop.ts";
import { pagesOf } from "./support/pages-of.ts";
import { startEcho } from "./support/rivals/echo.ts";
import type { Benchmark } from "./support/table.ts";

const PATH = "/tidings.post.v1.PostService/BatchGetPosts";
const LOOP = { connections: 2, inFlight: 64, warmUpMs: 3_000, measureMs: 5_000 };
const ROUNDS = 3;
const POSTS = 20_000;
const AUTHORS = 2_000;
const PAGE = 20;
const TEXT = "The quick brown fox jumps over the lazy dog, and finds that it was not so lazy. ";

/** What finding, and checking who may be seen, cost beside encoding: against an echo of the same bytes. */
export const batchGetPosts: Benchmark = {
  name: "batch-get-posts",
  about: "BatchGetPosts of 20, embedded: server CPU against a bare grpc-js echo of the same posts",
  async run() {
    const mesh = await startBenchMesh(["post"]);
    try {
      const { pages, answer } = await createAll(mesh.address("post"));
      const echo = await startEcho("batchGetPosts", answer);
      const messages = pages.map((postIds) =>
        BatchGetPostsRequest.encode({ postIds: [...postIds] }).finish(),
      );
      let next = 0;
      const message = () => messages[next++ % messages.length];
      const loop = (address: string, pid: number) =>
        runClosedLoop({ ...LOOP, address, pid, method: (to) => rawMethod(to, PATH), message });
      const echoes: LoopResult[] = [];
      const posts: LoopResult[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        echoes.push(await loop(echo.address, echo.pid));
        posts.push(await loop(mesh.address("post"), mesh.process("post").pid));
      }
      echo.stop();
      return [compared("BatchGetPosts of 20", posts, echoes, "at most 1.5x")];
    } finally {
      await mesh.stop();
    }
  },
};

async function createAll(address: string) {
  const channel = connect(address, {
    log: createLogger("bench", "warn"),
    defaultDeadlineMs: 10_000,
  });
  const posts = createClient(PostServiceService, channel);
  const numbers = Array.from({ length: POSTS }, (_, i) => i);
  const ids = await inParallel(64, numbers, async (i) => {
    const text = TEXT.repeat(2).slice(0, 60 + (i % 90));
    const authorId = BigInt(1 + (i % AUTHORS));
    return (await posts.createPost(CreatePostRequest.fromPartial({ authorId, text }))).postId;
  });
  const pages = pagesOf(ids, PAGE);
  const page = await posts.batchGetPosts({ postIds: [...present(pages[0])] });
  channel.close();
  return { pages, answer: BatchGetPostsResponse.encode(page).finish() };
}
