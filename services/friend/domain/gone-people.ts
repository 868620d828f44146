import { trustedUserId, type UserId } from "../../model/ids.ts";
import type { PersonStates } from "../../model/person-states.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import { failedPrecondition, notFound } from "../../platform/grpc/errors/errors.ts";

/** Lists of friends as people see them, and who can be nobody's friend any more. */
export type GonePeople = Pick<PersonStates, "hidesAny" | "goneAmong">;

/** The list, pairs of halves, without those who are hidden or erased. */
export async function withoutGone(people: GonePeople, friends: Uint32Array): Promise<Uint32Array> {
  if (!people.hidesAny || friends.length === 0) return friends;
  const ids = idsOf(friends).map(trustedUserId);
  const gone = await people.goneAmong(ids);
  return gone.size === 0 ? friends : pairsOf(ids.filter((id) => !gone.has(id)));
}

/** Throws when one of the two is hidden or erased: NOT_FOUND for the other, who can't be seen. */
export async function refuseGone(people: GonePeople, user: UserId, other: UserId): Promise<void> {
  if (!people.hidesAny) return;
  const gone = await people.goneAmong([user, other]);
  if (gone.has(user)) throw failedPrecondition(`person ${user} is being erased`);
  if (gone.has(other)) throw notFound("person", other);
}
