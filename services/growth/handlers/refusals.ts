import {
  alreadyExists,
  type DomainError,
  failedPrecondition,
  invalidArgument,
  resourceExhausted,
} from "../../platform/grpc/errors/errors.ts";
import { MAX_TOTAL_REVENUE } from "../domain/ledger/referral-ledger.ts";
import type { EventRefusal } from "../domain/state/commands.ts";
import { unknownReferrer } from "./arguments.ts";

/** What was asked for, as far as an error names it. */
export interface Asked {
  readonly revenue?: bigint | number;
  readonly referrer?: bigint | number;
  readonly person?: bigint;
  readonly eventId?: string;
  /** The field that names a person as the referrer; else it is a user, in a field of its own. */
  readonly referrerField?: string;
}

const REFUSALS: Readonly<Record<EventRefusal, (asked: Asked) => DomainError>> = {
  "revenue-negative": ({ revenue }) =>
    invalidArgument("revenue", `is ${revenue}`, `send 0 to ${MAX_TOTAL_REVENUE}`),
  "revenue-not-integer": ({ revenue }) =>
    invalidArgument("revenue", `is ${revenue}`, "send a whole number of the smallest unit"),
  "revenue-overflows": ({ revenue }) =>
    invalidArgument(
      "revenue",
      `is ${revenue}: all revenues together would pass ${MAX_TOTAL_REVENUE}`,
      "send less, or count in a larger unit",
    ),
  "referrer-unknown": ({ referrer = 0, referrerField }) =>
    referrerField === undefined
      ? unknownReferrer("referrer_user_id", "user", String(referrer))
      : unknownReferrer(referrerField, "person", String(referrer)),
  full: () =>
    resourceExhausted("there is no room for another user: raise TIDINGS_GROWTH_MAX_USERS"),
  "key-conflict": ({ eventId }) =>
    alreadyExists(`event_id "${eventId}" was used for something else: send another id`),
  "person-known": ({ person }) => alreadyExists(`person ${person} has signed up before`),
  "self-referral": ({ person }) =>
    invalidArgument("referrer_person_id", `is ${person}, the person itself`, "send another, or 0"),
  "too-old": () =>
    failedPrecondition("time_ms: is before the days that are kept (90): the event is not counted"),
  "too-far-ahead": () =>
    invalidArgument("time_ms", "is after tomorrow (UTC) by the clock here", "send ms since 1970"),
};

export function refusalError(refusal: EventRefusal, asked: Asked): DomainError {
  return REFUSALS[refusal](asked);
}
