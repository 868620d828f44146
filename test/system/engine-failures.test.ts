import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { NODE_PROFILES } from "../../tools/engines/cassandra/program.ts";
import { startPrivateBroker, startPrivateNode } from "../../tools/engines/private/private.ts";
import type { PrivateEngine } from "../../tools/engines/private/private-engine.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  befriendAll,
  everyoneSees,
  postUntilAcknowledged,
  readOnce,
} from "../support/mesh/people.ts";

const [, real] = await engineSets();
const PEOPLE = Array.from({ length: 6 }, (_, i) => BigInt(i + 1));
const DEADLINE_MS = 5_000;

/** Engines of its own, so that ending them disturbs nobody. */
describe.skipIf(!real.env)("a mesh on engines that fail", () => {
  let broker: PrivateEngine;
  let node: PrivateEngine;
  let mesh: TestMesh;

  beforeAll(async () => {
    [broker, node] = await Promise.all([
      startPrivateBroker(),
      startPrivateNode({ profile: NODE_PROFILES.crashable }),
    ]);
    mesh = await startTestMesh({
      env: {
        ...real.env,
        TIDINGS_AMQP_URL: broker.address,
        TIDINGS_CQL_CONTACT_POINTS: node.address,
        TIDINGS_CQL_LOCAL_DC: "datacenter1",
      },
    });
    await befriendAll(mesh, PEOPLE);
    await readOnce(mesh, PEOPLE);
    await mesh.settle();
  });
  afterAll(async () => {
    await mesh?.end();
    await broker?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  const everyonePosts = (round: string) =>
    Promise.all(
      PEOPLE.map((author) =>
        postUntilAcknowledged(mesh.posts, author, `${round} ${author}`, `${round}-${author}`),
      ),
    );

  test("takes posts while the broker is away, and delivers them when it is back", async () => {
    const before = await everyonePosts("before");
    await mesh.settle();
    await broker.stop();
    const during = await everyonePosts("during");
    await broker.start();
    const after = await everyonePosts("after");
    await mesh.settle();
    await everyoneSees(mesh, PEOPLE, [...before, ...during, ...after]);
  });

  test("loses nothing when the broker is killed under traffic", async () => {
    const first = everyonePosts("first");
    await broker.kill();
    await broker.start();
    const second = await everyonePosts("second");
    await mesh.settle();
    await everyoneSees(mesh, PEOPLE, [...(await first), ...second], "contains");
  });

  test("says UNAVAILABLE within the deadline while CQL is away, and recovers by itself", async () => {
    await node.kill();
    const request = CreatePostRequest.fromPartial({ authorId: 1n, text: "into the void" });
    const startedMs = Date.now();
    const refused = await mesh.posts
      .createPost(request, { deadlineMs: startedMs + DEADLINE_MS })
      .catch((error: { code: string }) => error);
    expect(refused).toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DEADLINE_EXCEEDED/) });
    await node.start();
    const back = await everyonePosts("back");
    await mesh.settle();
    await everyoneSees(mesh, PEOPLE, back, "contains");
  });
});
