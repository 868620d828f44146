import type { Event } from "#gen/event/v1/event.ts";
import { dayOf } from "../domain/figures/days.ts";
import type { EventRefusal } from "../domain/state/commands.ts";
import { eventKeyOf } from "../domain/state/event-key.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";

/**
 * It will never count, and there is nothing to look into.
 * Of what is said again in other words the first counts.
 */
const OVER: ReadonlySet<EventRefusal> = new Set(["person-known", "too-old", "key-conflict"]);

/**
 * Takes in who signed up in the mesh, as a subscriber of the topic: each person once, however often that is
 * told. One whose referrer has not come yet is tried again, for the order of messages is not promised; it is a
 * dead letter when the referrer never comes.
 */
export function takePeople(store: Pick<GrowthStore, "room" | "record" | "durable">) {
  return async ({ event }: Event, messageId: string): Promise<void> => {
    if (event?.$case !== "signUp") return;
    const { userId, referrerId, revenue, timeMs, client, device, place } = event.value;
    await store.room();
    const outcome = store.record({
      kind: "signed-up",
      key: eventKeyOf(`message ${messageId}`),
      day: dayOf(Number(timeMs)),
      person: personOf(userId),
      revenue: Number(revenue),
      referrer: referrerId === 0n ? undefined : personOf(referrerId),
      origin: { client, device, place },
    });
    if (outcome.kind === "refused" && !OVER.has(outcome.refusal)) {
      throw new Error(`person ${userId} is not taken in: ${outcome.refusal}`);
    }
    await store.durable();
  };
}
