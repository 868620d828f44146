import { randomBytes } from "node:crypto";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { createErasure } from "../../erasure/erase.ts";
import type { ItemStore } from "../../erasure/ports.ts";
import { MAX_ERASE_POSTS } from "../../services/model/limits.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { deleteQueues, dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { inFlight } from "../support/in-flight.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";
import { naiveErase } from "./naive.ts";

const POSTS = 5_000;
const POSTS_AT_ONCE = 96;
const BATCH_ITEMS = 500;
const WORKERS = 4;

type Posts = Client<typeof PostServiceService>;

/** How fast an author's posts go over gRPC, in batches and one by one, on each engine that is up. */
export const eraseStores: Benchmark = {
  name: "erase-stores",
  about: "Erasing 5,000 posts of a post service, on each engine: batches against a task an item",
  async run() {
    const rows: Row[] = [];
    rows.push(...(await measure("embedded", { TIDINGS_ENGINE: "embedded" })));
    const real = realEngines(process.env);
    if (real) rows.push(...(await measure("CQL", real)));
    return rows;
  },
};

/** Those that the environment names, with a keyspace and queues of this run's own. */
function realEngines(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> | undefined {
  const { TIDINGS_AMQP_URL: amqp, TIDINGS_CQL_CONTACT_POINTS: cql } = env;
  if (!amqp || !cql) return undefined;
  const name = `bench_${randomBytes(5).toString("hex")}`;
  return {
    TIDINGS_ENGINE: "cql",
    TIDINGS_AMQP_URL: amqp,
    TIDINGS_AMQP_PREFIX: name,
    TIDINGS_CQL_CONTACT_POINTS: cql,
    TIDINGS_CQL_LOCAL_DC: env.TIDINGS_CQL_LOCAL_DC ?? "datacenter1",
    TIDINGS_CQL_KEYSPACE: name,
  };
}

async function measure(engine: string, env: Readonly<Record<string, string>>): Promise<Row[]> {
  const mesh = await startBenchMesh(["post"], env);
  const options = { log: createLogger("bench", "warn"), defaultDeadlineMs: 60_000 };
  const channel = connect(mesh.address("post"), options);
  const posts = createClient(PostServiceService, channel);
  try {
    await write(posts, 1n);
    await write(posts, 2n);
    const naive = await rate(() => naiveErase(storeOf(posts, 1n), { table: "users", id: 1n }));
    const ours = await rate(async () => {
      const erasure = createErasure(storeOf(posts, 2n), {
        batchItems: BATCH_ITEMS,
        workers: WORKERS,
      });
      return (await erasure.deleteAllItems("users", 2n)).deleted;
    });
    const what = `${short(POSTS)} posts over gRPC, ${engine}`;
    const row = (how: string, measured: number, ratio: string) => ({
      what: `${what}, ${how}`,
      measured: `${short(measured)} items/s`,
      ratio,
      aim: "-",
    });
    return [
      row("batches", ours, "1.00x"),
      row("a task an item, 100 at a time", naive, `${(ours / naive).toFixed(1)}x of it`),
    ];
  } finally {
    channel.close();
    await mesh.stop();
    if (env.TIDINGS_CQL_KEYSPACE) {
      await dropKeyspace(env);
      await deleteQueues(env.TIDINGS_AMQP_URL, env.TIDINGS_AMQP_PREFIX);
    }
  }
}

async function write(posts: Posts, authorId: bigint): Promise<void> {
  const draft = CreatePostRequest.fromPartial({ authorId, text: "one of many" });
  await inFlight(
    Array.from({ length: POSTS }, () => () => posts.createPost(draft)),
    POSTS_AT_ONCE,
  );
}

function storeOf(posts: Posts, authorId: bigint): ItemStore {
  return {
    getForeignKeys: async function* (table) {
      if (table !== "users") return;
      for (let beforePostId = 0n; ; ) {
        const request = { authorId, beforePostId, limit: MAX_ERASE_POSTS };
        const { postIds } = await posts.listPostsToErase(request);
        yield { posts: postIds };
        if (postIds.length < MAX_ERASE_POSTS) return;
        beforePostId = postIds[postIds.length - 1];
      }
    },
    delete: async (table, ids) => {
      if (table === "posts") await posts.erasePosts({ authorId, postIds: ids.map(BigInt) });
    },
  };
}

async function rate(work: () => Promise<number>): Promise<number> {
  const startedMs = performance.now();
  const items = await work();
  return (1_000 * items) / (performance.now() - startedMs);
}
