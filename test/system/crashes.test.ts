import { afterAll, beforeAll, describe, test } from "vitest";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { befriendAll, everybodyPosts, everyoneSees, readOnce } from "../support/mesh/people.ts";

const VICTIMS = ["post", "friend", "timeline", "fanout", "ranking"];
const PEOPLE_EACH = 12;
/** So many that rings are trimmed, and pages go on below them. */
const POSTS_EACH = 12;

describe("a kill -9 in the middle of traffic", () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh();
  });
  afterAll(() => mesh?.end());

  test.each(VICTIMS)(
    "of %s loses nothing that was acknowledged and shows nothing twice",
    async (label) => {
      // People of its own: what one crash has lost is not missed after the next.
      const first = 1 + PEOPLE_EACH * VICTIMS.indexOf(label);
      const people = Array.from({ length: PEOPLE_EACH }, (_, i) => BigInt(first + i));
      await befriendAll(mesh, people);
      await readOnce(mesh, people);
      let restarted: Promise<void> | undefined;
      const round = await everybodyPosts({
        mesh,
        people,
        postsEach: POSTS_EACH,
        round: label,
        onAcknowledged: (count) => {
          if (count < (PEOPLE_EACH * POSTS_EACH) / 3) return;
          restarted ??= mesh.kill(label, "SIGKILL").then(() => mesh.restart(label));
        },
      });
      await restarted;
      await mesh.settle();

      await everyoneSees(mesh, people, round);
    },
  );
});
