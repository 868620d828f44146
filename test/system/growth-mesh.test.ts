import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SignUpRequest } from "#gen/friend/v1/friend.ts";
import { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { untilAnswered } from "../../tools/mesh/until-answered.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";
import { until } from "../support/until.ts";

const FIRST = 5_000n;
const PEOPLE = 60;
/** As an app would: again and again, but not at once. CANCELLED: its channel was closed under it. */
const PATIENCE = {
  passing: ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"],
  maxTries: 1_000,
  waitMs: 50,
};

describe("growth in a mesh", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh({ neighbours: ["growth"] });
  });
  afterAll(() => mesh?.end());

  /** Asked anew each time: the service may have been killed meanwhile. */
  const figures = async () => {
    const channel = connect(`${mesh.host}:${mesh.ports.neighbours.growth}`, PATIENT);
    const growth = createClient(GrowthServiceService, channel);
    try {
      const { userCount, totalRevenue, days } = await growth.getGrowth({ days: 2 });
      const { referrers } = await growth.getTopReferrers({ k: 1 });
      const sum = (of: "referredUsers" | "posts") =>
        days.reduce((total, day) => total + day[of], 0n);
      return {
        userCount,
        totalRevenue,
        referred: sum("referredUsers"),
        posts: sum("posts"),
        most: referrers[0]?.directRevenue,
      };
    } catch {
      return undefined;
    } finally {
      channel.close();
    }
  };

  test("counts who signed up, who brought them and what they posted, once, whoever is killed", async () => {
    const signUp = (userId: bigint, referrerId: bigint) =>
      untilAnswered(
        () => mesh.friends.signUp(SignUpRequest.create({ userId, referrerId, revenue: 5n })),
        PATIENCE,
      );
    const person = async (i: number) => {
      const userId = FIRST + BigInt(i);
      const referrerId = i === 0 ? 0n : FIRST;
      await Promise.all([signUp(userId, referrerId), signUp(userId, referrerId)]);
      const draft = { authorId: userId, text: "here", requestId: `first-of-${i}` };
      await untilAnswered(
        () => mesh.posts.createPost(CreatePostRequest.fromPartial(draft)),
        PATIENCE,
      );
    };
    // A subscriber takes what is published from when it first came.
    await until(async () => {
      await signUp(1n, 0n);
      return (await figures())?.userCount === 1n;
    });
    for (const [from, victim] of ["friend", "growth", "friend"].entries()) {
      const some = Array.from({ length: PEOPLE / 3 }, (_, i) => (from * PEOPLE) / 3 + i);
      const all = Promise.all(some.map(person));
      await mesh.kill(victim as "friend" | "growth", "SIGKILL");
      await mesh.restart(victim as "friend" | "growth");
      await all;
    }
    const people = BigInt(PEOPLE);
    const expected = {
      userCount: people + 1n,
      totalRevenue: 5n * (people + 1n),
      referred: people - 1n,
      posts: people,
      most: 5n * (people - 1n),
    };
    await until(async () => {
      const now = await figures();
      return now?.posts === people && now.userCount > people;
    });
    expect(await figures()).toEqual(expected);
  });

  test("is fed as its page says", async () => {
    const env = newcomerEnv({
      TIDINGS_PORT_BASE: String(mesh.ports.gateway),
      TIDINGS_DATA_DIR: mesh.dataDir,
    });
    const { code, output } = await shell(`set -e\n${blockOf("signups", "docs/growth.md")}`, env)
      .ended;
    expect(output).toContain('"direct_revenue"');
    expect(code, output).toBe(0);
    const before = (await figures())?.userCount ?? 0n;
    const { code: posted, output: answer } = await shell(
      `curl -s http://127.0.0.1:${mesh.ports.gateway}/v1/sign-ups ` +
        `-H "authorization: Bearer $(npm run --silent token -- 903)" ` +
        `-H 'content-type: application/json' -d '{"referrer_id":"902","client":"curl"}'`,
      env,
    ).ended;
    expect(answer).toBe('{"user_id":"903","referrer_id":"902"}');
    expect(posted).toBe(0);
    await until(async () => ((await figures())?.userCount ?? 0n) > before);
  });
});
