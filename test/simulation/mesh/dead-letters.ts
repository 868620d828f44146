import { type UserId, userIdOf } from "../../../services/model/ids.ts";
import { idsOf, pairsOf } from "../../../services/model/wire/id-pairs.ts";
import { dropping, replaying } from "../../../tools/dead-letters/actions.ts";
import { postOf, readLetter } from "../../../tools/dead-letters/letter.ts";
import type { Environment } from "./environment.ts";
import type { ModelFriends } from "./model/model-friends.ts";
import type { ModelPulled } from "./model/model-pulled.ts";
import { Life } from "./network.ts";
import type { TimelineProcess } from "./timeline-process.ts";

/** The processes that an operator reaches. */
interface Operated {
  readonly env: Environment;
  readonly friends: ModelFriends;
  readonly pulled: ModelPulled;
  timelineOf(viewer: UserId): TimelineProcess;
}

/** What an operator does with a dead letter: sends it again, or gives it up. One that fails stays. */
export async function resolveLetter(mesh: Operated, message: Uint8Array): Promise<void> {
  const { bus, network, dice } = mesh.env;
  if (isFound(mesh, message) && dice.chance(0.7)) {
    mesh.env.note("a dead letter is lost, whose post is looked for");
    return;
  }
  const operator = new Life();
  const deactivate = async (viewers: Uint32Array) => {
    for (const viewer of idsOf(viewers)) {
      const timeline = mesh.timelineOf(userIdOf(viewer));
      await network.call(operator, timeline.life, () => timeline.parts.deactivate([viewer]));
    }
  };
  const friends = {
    range: async function* (...[author, from, before]: [bigint, bigint, bigint]) {
      const answer = () => mesh.friends.friendsOf(author as never);
      const all = await network.call(operator, mesh.friends.life, answer);
      yield pairsOf(all.filter((id) => id >= from && (before === 0n || id < before)));
    },
  };
  const isReplayed = dice.chance(0.5);
  const act = isReplayed ? replaying(bus) : dropping(friends, deactivate);
  mesh.env.note(isReplayed ? "a dead letter is replayed" : "a dead letter is dropped");
  try {
    await act(readLetter(message));
  } catch {
    bus.put("dead-letters", message);
  }
}

/** It tells of a post that readers find without it. */
function isFound({ pulled }: Operated, message: Uint8Array): boolean {
  const post = postOf(readLetter(message));
  return post !== undefined && !post.deleted && pulled.isLookedFor(post.postId);
}
