import { trustedUserId } from "../../model/ids.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";

/** The list as people see it, pairs of halves, without those who are hidden or erased. */
export async function withoutGone(people: GonePeople, friends: Uint32Array): Promise<Uint32Array> {
  if (!people.hidesAny || friends.length === 0) return friends;
  const ids = idsOf(friends).map(trustedUserId);
  const gone = await people.goneAmong(ids);
  return gone.size === 0 ? friends : pairsOf(ids.filter((id) => !gone.has(id)));
}
