import { isUserId, type UserId } from "../../model/ids.ts";
import { MAX_EVENT_ID_BYTES } from "../../model/limits.ts";
import { checkCallerId } from "../../platform/grpc/caller-id.ts";
import { DomainError, invalidArgument, notFound } from "../../platform/grpc/errors/errors.ts";
import type { ReferralLedger } from "../domain/ledger/referral-ledger.ts";
import { type EventKey, eventKeyOf } from "../domain/state/event-key.ts";
import { type PersonId, personOf } from "../domain/state/people.ts";

/** The checks of all handlers: each gives the value in the domain's type, or throws. */

const EVENT_ID = { maxBytes: MAX_EVENT_ID_BYTES };

/** 1 to `max`. */
export function count(field: string, value: number, max: number): number {
  if (value >= 1 && value <= max) return value;
  throw invalidArgument(field, `is ${value}`, `send 1 to ${max}`);
}

/** Between 1 and `max` items. */
export function items(field: string, length: number, max: number): void {
  if (length >= 1 && length <= max) return;
  throw invalidArgument(field, `has ${length} items`, `send 1 to ${max}`);
}

/** The key of an event; undefined when it has no id. */
export function eventKey(field: string, id: string | Uint8Array): EventKey | undefined {
  if (id.length === 0) return undefined;
  checkCallerId(field, id, EVENT_ID);
  return eventKeyOf(typeof id === "string" ? Buffer.from(id) : id);
}

/** A user that is there. */
export function knownUser(ledger: ReferralLedger, id: bigint | number): number {
  const user = Number(id);
  if (ledger.has(user)) return user;
  throw unknownUser(id);
}

/** A person of the mesh. */
export function person(field: string, id: bigint): PersonId {
  return personOf(personId(field, id));
}

/** The same where others have them, too. */
export function personId(field: string, id: bigint): UserId {
  if (isUserId(id)) return id;
  throw invalidArgument(field, `is ${id}`, "a person's id is 1 to 2^63-1");
}

export function unknownUser(id: bigint | number): DomainError {
  return notFound("user", String(id));
}

/** Who is named as having brought somebody, and is not there. */
export function unknownReferrer(field: string, kind: "user" | "person", id: string): DomainError {
  const description = `no ${kind} ${id}; whoever brings somebody is there first`;
  return new DomainError("NOT_FOUND", `${field}: ${description}`, {
    reason: "NOT_FOUND",
    metadata: { resource: kind, id },
    violations: [{ field, description }],
  });
}

/** A bound of a range of revenues. */
export function bound(value: bigint | undefined, none: number): number {
  return value === undefined ? none : Number(value);
}
