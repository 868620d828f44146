import { afterAll, beforeAll, describe, test } from "vitest";
import { startTestMesh, type TestMesh } from "../support/mesh.ts";
import {
  type Acknowledged,
  befriendAll,
  everyoneSees,
  postUntilAcknowledged,
  readOnce,
} from "../support/people.ts";

const PEOPLE = Array.from({ length: 12 }, (_, i) => BigInt(i + 1));
/** So few that no ring of 800 is trimmed in any round. */
const POSTS_EACH = 12;

/** Everybody posts, side by side; `onAcknowledged` sees how many are done. */
async function everybodyPosts(
  mesh: TestMesh,
  round: string,
  onAcknowledged: (count: number) => void,
): Promise<readonly Acknowledged[]> {
  let count = 0;
  const rounds = PEOPLE.map(async (author) => {
    const acknowledged: Acknowledged[] = [];
    for (let i = 0; i < POSTS_EACH; i++) {
      const id = `${round}-${author}-${i}`;
      acknowledged.push(await postUntilAcknowledged(mesh.posts, author, `post ${id}`, id));
      onAcknowledged(++count);
    }
    return acknowledged;
  });
  return (await Promise.all(rounds)).flat();
}

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
      const round = await everybodyPosts(mesh, label, (count) => {
        if (count < (PEOPLE.length * POSTS_EACH) / 3) return;
        restarted ??= mesh.kill(label, "SIGKILL").then(() => mesh.restart(label));
      });
      await restarted;
      acknowledged.push(...round);
      await mesh.settle();

      await everyoneSees(mesh, PEOPLE, acknowledged);
    },
  );
});
