import type { UserId } from "../../../services/model/ids.ts";
import { settleWithin } from "../../../services/platform/concurrency/settle-within.ts";
import type { Environment } from "./environment.ts";
import type { Life } from "./network.ts";
import type { TimelineProcess } from "./timeline-process.ts";

const TELL_MS = 250;

interface Telling {
  readonly env: Environment;
  timelineOf(viewer: UserId): TimelineProcess;
}

/** What the friend service does between a durable change and its answer (timeline-owners.ts). */
export function tellingOwners(mesh: Telling) {
  const { network, clock, variant } = mesh.env;
  return async (life: Life, one: UserId, other: UserId): Promise<boolean> => {
    if (variant.tellsNobody) return true;
    const tell = (viewerId: UserId, friendId: UserId) => {
      const owner = mesh.timelineOf(viewerId);
      const changes = [{ viewerId, friendId }];
      return network.call(life, owner.life, () => owner.parts.notify(changes, true));
    };
    const both = Promise.all([tell(one, other), tell(other, one)]);
    return (await life.lives(settleWithin(both, TELL_MS, clock))).kind === "done";
  };
}
