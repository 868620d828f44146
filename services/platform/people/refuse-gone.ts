import type { UserId } from "../../model/ids.ts";
import type { GoneState, PersonStates } from "../../model/person-states.ts";
import { type DomainError, failedPrecondition, notFound } from "../grpc/errors/errors.ts";

/** Who can be seen by nobody any more. */
export type GonePeople = Pick<PersonStates, "hidesAny" | "goneAmong">;

/** FAILED_PRECONDITION: what is written in the name of somebody who is hidden or erased, in every service. */
export function personGone(person: UserId, state: GoneState): DomainError {
  return failedPrecondition(`person ${person} is ${WHY[state]}`);
}

/** Who waits to be erased may come back; whose deletion has begun may not. */
const WHY: Readonly<Record<GoneState, string>> = {
  hidden: "being erased: nothing is taken in their name unless they are restored",
  erased: "erased: nothing is taken in their name, and they can't be restored",
};

/** Throws when who acts is hidden or erased; NOT_FOUND when another is, who can't be seen. */
export async function refuseGone(
  people: GonePeople,
  user: UserId,
  ...others: readonly UserId[]
): Promise<void> {
  if (!people.hidesAny) return;
  const gone = await people.goneAmong([user, ...others]);
  if (gone.size === 0) return;
  const state = gone.get(user);
  if (state !== undefined) throw personGone(user, state);
  const [other] = others.filter((one) => gone.has(one));
  if (other !== undefined) throw notFound("person", other);
}
