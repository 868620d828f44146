import type { GrowthEvent } from "#gen/growth/v1/growth.ts";

/** A person's id that no double holds. */
export const BIG_PERSON = (1n << 62n) + 5n;

/** Makers of events that happen now. */
export function eventsAt(nowMs: () => number) {
  const event = (eventId: string, what: GrowthEvent["event"], client = "ios"): GrowthEvent => ({
    eventId,
    timeMs: BigInt(nowMs()),
    origin: { client, device: "phone", place: "Bern" },
    event: what,
  });
  const signUp = (eventId: string, personId: bigint, referrerPersonId = 0n) =>
    event(eventId, { $case: "signedUp", value: { personId, revenue: 100n, referrerPersonId } });
  return { event, signUp };
}
