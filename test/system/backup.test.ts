import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { ErasureServiceService, JobState } from "#gen/erasure/v1/erasure.ts";
import { PostStatus } from "#gen/post/v1/post.ts";
import { loadOrCreateDevelopmentKey } from "../../services/gateway/identity/development-key.ts";
import { present } from "../../services/model/invariant.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import type { NeighbourName } from "../../tools/mesh/services.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type Acknowledged,
  befriendAll,
  everybodyPosts,
  everyoneSees,
  readOnce,
} from "../support/mesh/people.ts";
import { shell } from "../support/readme/shell.ts";
import { until } from "../support/until.ts";

const PEOPLE = Array.from({ length: 8 }, (_, i) => BigInt(i + 1));
const [GONE, ...OTHERS] = PEOPLE;
const NEIGHBOURS: readonly NeighbourName[] = ["engagement", "erasure"];
/** Three meshes are started, and five of the tools, one after the other. */
const BOUND_MS = 600_000;

/** One of the project's tools, on this data; its output when it ends well. */
async function tool(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { code, output } = await shell(`node tools/${line}`, { ...process.env, ...env }).ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  return output;
}

function neighbour(mesh: TestMesh, name: NeighbourName) {
  return connect(`${mesh.host}:${mesh.ports.neighbours[name]}`, PATIENT);
}

async function statusOf(mesh: TestMesh, posts: readonly Acknowledged[]) {
  const { results } = await mesh.posts.batchGetPosts({ postIds: posts.map((one) => one.postId) });
  return new Map(results.map((result, i) => [posts[i].postId, result]));
}

describe.each(await engineSets())(
  "a mesh whose everything is destroyed, $name",
  ({ env = {}, name }) => {
    const isThere = name === "embedded" || "TIDINGS_CQL_KEYSPACE" in env;
    let folder: string;
    let mesh: TestMesh | undefined;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tidings-backup-"));
    });
    afterAll(async () => {
      await mesh?.end();
      rmSync(folder, { recursive: true });
    });

    const start = async (
      more: Readonly<Record<string, string>> = {},
      dataDir?: string,
      neighbours = NEIGHBOURS,
    ) => {
      const settings = { ...env, TIDINGS_ERASURE_WINDOW: "0", ...more };
      mesh = await startTestMesh({ env: settings, neighbours, ...(dataDir && { dataDir }) });
      return mesh;
    };

    const title = "is back with all that was acknowledged before the backup";
    test.skipIf(!isThere)(title, { timeout: BOUND_MS }, async () => {
      const before = await start();
      const where = { ...env, TIDINGS_DATA_DIR: before.dataDir };
      const repository = join(folder, "backups");
      await befriendAll(before, PEOPLE);
      await readOnce(before, PEOPLE);
      const key = await loadOrCreateDevelopmentKey(before.dataDir);
      const posts = await everybodyPosts({
        mesh: before,
        people: PEOPLE,
        postsEach: 6,
        round: "a",
      });
      const [deleted] = posts.filter(({ authorId }) => authorId === OTHERS[0]);
      await before.posts.deletePost({ ...deleted });
      await befriendAndLike(before, posts);
      const during = everybodyPosts({ mesh: before, people: PEOPLE, postsEach: 12, round: "b" });
      await tool(`backup/main.ts take --in ${repository}`, where);
      const late = await during;
      const moment = new Date().toISOString();
      await erase(before, GONE);
      await tool(`backup/main.ts take --quiet --in ${repository}`, where);
      for (const label of before.processes.keys()) await before.kill(label, "SIGKILL");
      await before.end();
      mesh = undefined;

      const dataDir = mkdtempSync(join(tmpdir(), "tidings-restored-"));
      const said = await tool(`restore/main.ts --from ${repository} --at ${moment}`, {
        ...env,
        TIDINGS_DATA_DIR: dataDir,
      });
      expect(said).toContain("1 erasure since then is done again");
      // Tokens of before are still good.
      expect((await loadOrCreateDevelopmentKey(dataDir)).equals(key)).toBe(true);
      const prefix = env.TIDINGS_AMQP_PREFIX;
      const newQueues = prefix ? { TIDINGS_AMQP_PREFIX: `${prefix}_2` } : {};
      // Nobody sees who was erased since, also while nobody erases.
      const without = await start(newQueues, dataDir, ["engagement"]);
      const theirs = posts.filter(({ authorId }) => authorId === GONE);
      for (const { status } of (await statusOf(without, theirs)).values()) {
        expect(status).toBe(PostStatus.DELETED);
      }
      await without.stop();
      const after = await start(newQueues, dataDir);
      await erase(after, GONE);
      await after.settle();

      const all = [...posts, ...late];
      const status = await statusOf(after, all);
      for (const post of posts) {
        const isGone = post.authorId === GONE || post.postId === deleted.postId;
        const expected = isGone ? PostStatus.DELETED : PostStatus.FOUND;
        expect(status.get(post.postId)).toMatchObject({ status: expected });
      }
      const found = all.filter(({ postId }) => status.get(postId)?.status === PostStatus.FOUND);
      // A first read begins to fill a timeline.
      await readOnce(after, OTHERS);
      await after.settle();
      await everyoneSees(after, OTHERS, found);
      // And again, from what is filled now, with what is new.
      const fresh = await everybodyPosts({ mesh: after, people: OTHERS, postsEach: 3, round: "c" });
      await after.settle();
      await everyoneSees(after, OTHERS, [...found, ...fresh]);
      await isLikedByOthers(after, present(posts.find(({ authorId }) => authorId === OTHERS[1])));
    });

    async function befriendAndLike(on: TestMesh, posts: readonly Acknowledged[]): Promise<void> {
      using channel = neighbour(on, "engagement");
      const reactions = createClient(EngagementServiceService, channel);
      const { postId } = present(posts.find(({ authorId }) => authorId === OTHERS[1]));
      for (const userId of PEOPLE) await reactions.likePost({ userId, postId });
    }

    async function isLikedByOthers(on: TestMesh, { postId }: Acknowledged): Promise<void> {
      using channel = neighbour(on, "engagement");
      const reactions = createClient(EngagementServiceService, channel);
      const asked = { viewerId: OTHERS[0], postIds: [postId], newestComments: 0 };
      const { reactions: found } = await reactions.batchGetReactions(asked);
      expect(found[0]).toMatchObject({ likeCount: BigInt(OTHERS.length) });
    }

    /**
     * Asks for it, or finds it under way; resolves when it is done. The erasure service of a mesh that has
     * just started may not have found the others again: it says UNAVAILABLE until it has.
     */
    async function erase(on: TestMesh, userId: bigint): Promise<void> {
      using channel = neighbour(on, "erasure");
      const erasures = createClient(ErasureServiceService, channel);
      let jobId = "";
      await until(async () => {
        const asked = await erasures.eraseUser({ userId }).catch((error: unknown) => {
          if (error instanceof DomainError && error.code === "UNAVAILABLE") return undefined;
          throw error;
        });
        jobId = asked?.job?.jobId ?? "";
        return jobId !== "";
      });
      for await (const { job: now } of erasures.watchErasure({ jobId })) {
        if (now?.state === JobState.DONE) return;
      }
      throw new Error("the stream ended before the erasure");
    }
  },
);
