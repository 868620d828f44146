import type { Event } from "#gen/event/v1/event.ts";
import { postTimeMs, trustedPostId } from "../../model/ids.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import { dayOf } from "../domain/figures/days.ts";
import { eventKeyOf } from "../domain/state/event-key.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import type { PostOrigins } from "../ports.ts";
import { erasedAmong } from "./erased-among.ts";

interface TakeDeps {
  readonly store: Pick<GrowthStore, "room" | "record" | "durable">;
  readonly people: GonePeople;
  readonly origins: PostOrigins;
}

/**
 * Takes everyone's posts in, as a subscriber of the topic: each counts once, however often its message comes, as
 * long as its id is among those that are remembered. Posts of days that are not kept do not count, nor those of
 * people who are erased.
 */
export function takePosts({ store, people, origins }: TakeDeps) {
  return async ({ event }: Event, messageId: string): Promise<void> => {
    if (event?.$case !== "post" || event.value.deleted) return;
    const { authorId, postId } = event.value;
    if ((await erasedAmong(people, [authorId])).has(authorId)) return;
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
