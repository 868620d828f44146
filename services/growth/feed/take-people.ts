import type { SignUpEvent } from "#gen/event/v1/event.ts";
import type { HandleEvent } from "../../platform/messaging/subscribe.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";
import { dayOf } from "../domain/figures/days.ts";
import type { EventRefusal, Outcome } from "../domain/state/commands.ts";
import { eventKeyOf } from "../domain/state/event-key.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import type { AwaitedPeople } from "./awaited-people.ts";
import { erasedAmong } from "./erased-among.ts";

/**
 * It will never count, and there is nothing to look into.
 * Of what is said again in other words the first counts.
 */
const OVER: ReadonlySet<EventRefusal> = new Set(["person-known", "too-old", "key-conflict"]);

interface TakeDeps {
  readonly store: Pick<GrowthStore, "room" | "record" | "forget" | "durable">;
  readonly people: GonePeople;
  readonly awaited: AwaitedPeople;
  /** Somebody was taken in as brought by nobody, for who was named did not come. */
  readonly onReferrerMissing: (requestId: string) => void;
}

/**
 * Takes in who signed up in the mesh, as a subscriber of the topic: each person once, however often that is
 * told. One whose referrer has not come yet waits a while, for the order of messages is not promised. Then it counts as
 * brought by nobody: anybody can name somebody who does not exist, and that is no reason to lose who does.
 * A sign-up that was on its way while its person was being erased leaves what
 * it would have left had it come before: a user with a revenue, and nobody who that is.
 */
export function takePeople({ store, people, awaited, onReferrerMissing }: TakeDeps): HandleEvent {
  const take = async (signUp: SignUpEvent, messageId: string): Promise<Outcome> => {
    const { userId, referrerId } = signUp;
    const erased = await erasedAmong(people, [userId, referrerId]);
    await store.room();
    const outcome = record(store, signUp, messageId, erased);
    if (erased.has(userId)) store.forget(personOf(userId));
    return outcome;
  };
  return async ({ event, requestId }, messageId, closing): Promise<void> => {
    if (event?.$case !== "signUp") return;
    const signUp = event.value;
    let outcome = await take(signUp, messageId);
    if (lacksReferrer(outcome)) {
      await awaited.until(signUp.referrerId, closing);
      outcome = await take(signUp, messageId);
    }
    if (lacksReferrer(outcome)) {
      outcome = await take({ ...signUp, referrerId: 0n }, messageId);
      if (outcome.kind === "done") onReferrerMissing(requestId);
    }
    if (outcome.kind === "refused" && !OVER.has(outcome.refusal)) {
      throw new Error(`person ${signUp.userId} is not taken in: ${outcome.refusal}`);
    }
    awaited.came(signUp.userId);
    await store.durable();
  };
}

function lacksReferrer(outcome: Outcome): boolean {
  return outcome.kind === "refused" && outcome.refusal === "referrer-unknown";
}

function record(
  store: Pick<GrowthStore, "record">,
  { userId, referrerId, revenue, timeMs, client, device, place }: SignUpEvent,
  messageId: string,
  erased: ReadonlySet<bigint>,
): Outcome {
  const isReferrerKnown = referrerId !== 0n && !erased.has(referrerId);
  return store.record({
    kind: "signed-up",
    key: eventKeyOf(`message ${messageId}`),
    day: dayOf(Number(timeMs)),
    person: personOf(userId),
    revenue: Number(revenue),
    referrer: isReferrerKnown ? personOf(referrerId) : undefined,
    origin: { client, device, place },
  });
}
