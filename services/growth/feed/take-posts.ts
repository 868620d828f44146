import type { Event } from "#gen/event/v1/event.ts";
import { postTimeMs, trustedPostId } from "../../model/ids.ts";
import { dayOf } from "../domain/figures/days.ts";
import { eventKeyOf } from "../domain/state/event-key.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import type { PostOrigins } from "../ports.ts";

interface TakeDeps {
  readonly store: Pick<GrowthStore, "room" | "record" | "durable">;
  readonly origins: PostOrigins;
}

/**
 * Takes everyone's posts in, as a subscriber of the topic: each counts once, however often its message comes, as
 * long as its id is among those that are remembered. Posts of days that are not kept do not count.
 */
export function takePosts({ store, origins }: TakeDeps) {
  return async ({ event }: Event, messageId: string): Promise<void> => {
    if (event?.$case !== "post" || event.value.deleted) return;
    const { authorId, postId } = event.value;
    const origin = await origins.of(postId);
    await store.room();
    store.record({
      kind: "posted",
      key: eventKeyOf(`message ${messageId}`),
      day: dayOf(postTimeMs(trustedPostId(postId))),
      person: personOf(authorId),
      origin,
    });
    await store.durable();
  };
}
