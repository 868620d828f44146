import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { eventKey } from "./arguments.ts";
import { refusalError } from "./refusals.ts";

type Store = Pick<GrowthStore, "room" | "insert" | "durable">;

/** Adds a user whom nobody brought. */
export function insert(store: Store): Handler<(typeof GrowthServiceService)["insert"]> {
  return (request) => insertUser(store, request, 0n);
}

interface InsertArguments {
  readonly revenue: bigint;
  readonly eventId: string;
}

/** Adds a user and answers once it is durable. */
export async function insertUser(
  store: Store,
  { revenue, eventId }: InsertArguments,
  referrer: bigint,
): Promise<{ readonly userId: bigint; readonly duplicate: boolean }> {
  const key = eventKey("event_id", eventId);
  await store.room();
  const outcome = store.insert({ revenue: Number(revenue), referrer: Number(referrer), key });
  if (outcome.kind === "refused") {
    throw refusalError(outcome.refusal, { revenue, referrer, eventId });
  }
  await store.durable();
  return { userId: BigInt(outcome.user), duplicate: outcome.kind === "duplicate" };
}
