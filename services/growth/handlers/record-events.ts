import type {
  GrowthEvent as EventMessage,
  EventResult,
  GrowthServiceService,
} from "#gen/growth/v1/growth.ts";
import { isUserId } from "../../model/ids.ts";
import { MAX_GROWTH_EVENTS, MAX_ORIGIN_BYTES } from "../../model/limits.ts";
import { unreadableLabel } from "../../model/texts/readable-text.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import {
  DomainError,
  invalidArgument,
  refuseField,
  statusOf,
} from "../../platform/grpc/errors/errors.ts";
import { type GonePeople, personGone } from "../../platform/people/refuse-gone.ts";
import { KINDS, type Kind, type Origin } from "../domain/figures/day-figures.ts";
import { dayOf } from "../domain/figures/days.ts";
import type { GrowthEvent } from "../domain/state/commands.ts";
import { personOf } from "../domain/state/people.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { eventKey, items, person, unknownReferrer } from "./arguments.ts";
import { refusalError } from "./refusals.ts";

type Store = Pick<GrowthStore, "room" | "record" | "durable">;

export interface RecordDeps {
  readonly store: Store;
  readonly people: GonePeople;
}

/** Takes what happened, each event once; one that is wrong gets its error. */
export function recordEvents({
  store,
  people,
}: RecordDeps): Handler<(typeof GrowthServiceService)["recordEvents"]> {
  return async ({ events }) => {
    items("events", events.length, MAX_GROWTH_EVENTS);
    await store.room();
    const gone = await goneOf(people, events);
    const results = events.map((event, i) => record(store, gone, event, `events[${i}]`));
    await store.durable();
    return { results };
  };
}

type Gone = Awaited<ReturnType<GonePeople["goneAmong"]>>;
const NOBODY: Gone = new Map();

/** Of all whom the events name: one reading. */
async function goneOf(people: GonePeople, events: readonly EventMessage[]): Promise<Gone> {
  if (!people.hidesAny) return NOBODY;
  return people.goneAmong([...new Set(events.flatMap(personsOf))].filter(isUserId));
}

/** Whose event it is, then who brought that one. */
function personsOf({ event }: EventMessage): readonly bigint[] {
  if (event === undefined) return [];
  const { personId } = event.value;
  return event.$case === "signedUp" ? [personId, event.value.referrerPersonId] : [personId];
}

function refuseGoneOf(gone: Gone, message: EventMessage, field: string): void {
  if (gone.size === 0) return;
  const [who, referrer] = personsOf(message).filter(isUserId);
  const state = who && gone.get(who);
  if (who !== undefined && state !== undefined) throw personGone(who, state);
  if (referrer !== undefined && gone.has(referrer)) {
    throw unknownReferrer(`${field}.signed_up.referrer_person_id`, "person", String(referrer));
  }
}

function record(store: Store, gone: Gone, message: EventMessage, field: string): EventResult {
  try {
    const event = checkEvent(message, field);
    refuseGoneOf(gone, message, field);
    const outcome = store.record(event);
    if (outcome.kind === "refused") {
      const { eventId } = message;
      const asked = message.event?.$case === "signedUp" ? message.event.value : undefined;
      throw refusalError(outcome.refusal, {
        eventId,
        ...(asked && {
          revenue: asked.revenue,
          person: asked.personId,
          referrer: asked.referrerPersonId,
          referrerField: `${field}.signed_up.referrer_person_id`,
        }),
      });
    }
    const duplicate = outcome.kind === "duplicate";
    return { userId: BigInt(outcome.user), duplicate, error: undefined };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, message: text } = statusOf(error);
    return { userId: 0n, duplicate: false, error: { code, message: text } };
  }
}

function checkEvent({ eventId, timeMs, origin, event }: EventMessage, field: string): GrowthEvent {
  const key = eventKey(`${field}.event_id`, eventId);
  if (key === undefined) throw invalidArgument(`${field}.event_id`, "is empty", "name the event");
  if (event === undefined) {
    throw invalidArgument(`${field}.event`, "is not set", "send signed_up, active or posted");
  }
  const of = { key, day: dayOf(Number(timeMs)), origin: checkOrigin(origin, field) };
  if (event.$case === "active") {
    return {
      kind: "active",
      ...of,
      person: person(`${field}.active.person_id`, event.value.personId),
    };
  }
  if (event.$case === "posted") {
    return {
      kind: "posted",
      ...of,
      person: person(`${field}.posted.person_id`, event.value.personId),
    };
  }
  const { personId, referrerPersonId, revenue } = event.value;
  return {
    kind: "signed-up",
    ...of,
    person: person(`${field}.signed_up.person_id`, personId),
    revenue: Number(revenue),
    referrer: referrerPersonId === 0n ? undefined : personOf(referrerPersonId),
  };
}

const NOWHERE: Origin = { client: "", device: "", place: "" };

function checkOrigin(origin: Readonly<Record<Kind, string>> | undefined, field: string): Origin {
  if (origin === undefined) return NOWHERE;
  for (const kind of KINDS) {
    const name = `${field}.origin.${kind}`;
    const bytes = Buffer.byteLength(origin[kind]);
    if (bytes > MAX_ORIGIN_BYTES) {
      throw invalidArgument(name, `is ${bytes} bytes, at most ${MAX_ORIGIN_BYTES}`, "shorten it");
    }
    refuseField(name, unreadableLabel(origin[kind]));
  }
  return origin;
}
