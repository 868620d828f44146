import type { Clock } from "../../../platform/clock/clock.ts";
import type { Call } from "../../../platform/grpc/call.ts";
import { failedPrecondition, invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { type GonePeople, refuseGone } from "../../../platform/people/refuse-gone.ts";
import type { Act } from "../../domain/standing.ts";
import type { ActOutcome, Consents } from "../../ports.ts";
import { userId } from "../arguments.ts";
import { edgeEvent, listIsFull } from "../edge.ts";

export interface PersonalActDeps {
  readonly consents: Consents;
  readonly people: GonePeople;
  readonly clock: Pick<Clock, "nowMs">;
}

/** Who does it, and about whom; `field` is the other's in the request. */
interface TwoPeople {
  readonly userId: bigint;
  readonly other: bigint;
  readonly field: string;
}

/** Acts that begin something; all others only end it. */
const BEGINS: ReadonlySet<Act> = new Set(["request", "block"]);

type Done = Extract<ActOutcome, { kind: "done" }>;

/** What one person does about another; durable when it resolves. */
export async function personalAct(
  { consents, people: gone, clock }: PersonalActDeps,
  act: Act,
  people: TwoPeople,
  call: Pick<Call, "requestId">,
): Promise<Done> {
  const user = userId("user_id", people.userId);
  const other = userId(people.field, people.other);
  if (user === other) {
    throw invalidArgument(people.field, "equals user_id", "this is between two people");
  }
  if (BEGINS.has(act)) await refuseGone(gone, user, other);
  const event = edgeEvent(user, other, call);
  const outcome = await consents.act({ user, other, event, act, nowMs: clock.nowMs() });
  if (outcome.kind === "full") throw listIsFull(outcome.list, outcome.user);
  if (outcome.kind === "blocked") {
    throw failedPrecondition(`${user} has blocked ${other}; lift the block first`);
  }
  return outcome;
}
