import { afterAll, beforeAll, describe, test } from "vitest";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type Acknowledged,
  befriendAll,
  everybodyPosts,
  everyoneSees,
  readOnce,
} from "../support/mesh/people.ts";

const PEOPLE = Array.from({ length: 12 }, (_, i) => BigInt(i + 1));
/** So many that rings are trimmed, and pages go on below them. */
const POSTS_EACH = 12;

describe("a kill -9 in the middle of traffic", () => {
  let mesh: TestMesh;
  const acknowledged: Acknowledged[] = [];
  beforeAll(async () => {
    mesh = await startTestMesh();
    await befriendAll(mesh, PEOPLE);
    await readOnce(mesh, PEOPLE);
  });
  afterAll(() => mesh?.end());

  test.each(["post", "friend", "timeline", "fanout", "ranking"])(
    "of %s loses nothing that was acknowledged and shows nothing twice",
    async (label) => {
      let restarted: Promise<void> | undefined;
      const round = await everybodyPosts({
        mesh,
        people: PEOPLE,
        postsEach: POSTS_EACH,
        round: label,
        onAcknowledged: (count) => {
          if (count < (PEOPLE.length * POSTS_EACH) / 3) return;
          restarted ??= mesh.kill(label, "SIGKILL").then(() => mesh.restart(label));
        },
      });
      await restarted;
      acknowledged.push(...round);
      await mesh.settle();

      await everyoneSees(mesh, PEOPLE, acknowledged);
    },
  );
});
