import type { Event } from "#gen/event/v1/event.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import { dayOf } from "../domain/figures/days.ts";
import type { EventRefusal } from "../domain/state/commands.ts";
import { eventKeyOf } from "../domain/state/event-key.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { erasedAmong } from "./erased-among.ts";

/**
 * It will never count, and there is nothing to look into.
 * Of what is said again in other words the first counts.
 */
const OVER: ReadonlySet<EventRefusal> = new Set(["person-known", "too-old", "key-conflict"]);

interface TakeDeps {
  readonly store: Pick<GrowthStore, "room" | "record" | "forget" | "durable">;
  readonly people: GonePeople;
}

/**
 * Takes in who signed up in the mesh, as a subscriber of the topic: each person once, however often that is
 * told. One whose referrer has not come yet is tried again, for the order of messages is not promised; it is a
 * dead letter when the referrer never comes. A sign-up that was on its way while its person was being erased leaves what
 * it would have left had it come before: a user with a revenue, and nobody who that is.
 */
export function takePeople({ store, people }: TakeDeps) {
  return async ({ event }: Event, messageId: string): Promise<void> => {
    if (event?.$case !== "signUp") return;
    const { userId, referrerId, revenue, timeMs, client, device, place } = event.value;
    const erased = await erasedAmong(people, [userId, referrerId]);
    await store.room();
    const isReferrerKnown = referrerId !== 0n && !erased.has(referrerId);
    const outcome = store.record({
      kind: "signed-up",
      key: eventKeyOf(`message ${messageId}`),
      day: dayOf(Number(timeMs)),
      person: personOf(userId),
      revenue: Number(revenue),
      referrer: isReferrerKnown ? personOf(referrerId) : undefined,
      origin: { client, device, place },
    });
    if (outcome.kind === "refused" && !OVER.has(outcome.refusal)) {
      throw new Error(`person ${userId} is not taken in: ${outcome.refusal}`);
    }
    if (erased.has(userId)) store.forget(personOf(userId));
    await store.durable();
  };
}
