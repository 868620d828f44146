import type { UserId } from "../../model/ids.ts";
import type { PersonStates } from "../../model/person-states.ts";
import { type DomainError, failedPrecondition, notFound } from "../grpc/errors/errors.ts";

/** Who can be seen by nobody any more. */
export type GonePeople = Pick<PersonStates, "hidesAny" | "goneAmong">;

/** FAILED_PRECONDITION: what is written in the name of somebody who is hidden or erased, in every service. */
export function personGone(person: UserId): DomainError {
  return failedPrecondition(
    `person ${person} is being erased: nothing is taken in their name unless they are restored`,
  );
}

/** Throws when who acts is hidden or erased; NOT_FOUND when another is, who can't be seen. */
export async function refuseGone(
  people: GonePeople,
  user: UserId,
  ...others: readonly UserId[]
): Promise<void> {
  if (!people.hidesAny) return;
  const gone = await people.goneAmong([user, ...others]);
  if (gone.size === 0) return;
  if (gone.has(user)) throw personGone(user);
  const [other] = others.filter((one) => gone.has(one));
  if (other !== undefined) throw notFound("person", other);
}
