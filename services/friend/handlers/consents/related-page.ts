import { DEFAULT_RELATIONS_PAGE, MAX_RELATIONS_PAGE } from "../../../model/limits.ts";
import type { GonePeople } from "../../../platform/people/refuse-gone.ts";
import type { Relation } from "../../domain/standing.ts";
import type { Consents } from "../../ports.ts";
import { idBound, limit, userId } from "../arguments.ts";

interface PageRequest {
  readonly userId: bigint;
  readonly fromUserId: bigint;
  readonly limit: number;
}

/** As people see it: a page may have fewer than asked for. */
export async function seenPage(
  {
    consents,
    people,
  }: { readonly consents: Pick<Consents, "related">; readonly people: GonePeople },
  relation: Relation,
  request: PageRequest,
) {
  const page = await relatedPage(consents, relation, request);
  if (!people.hidesAny) return page;
  const gone = await people.goneAmong(page.people.map(({ userId }) => userId));
  return { ...page, people: page.people.filter(({ userId }) => !gone.has(userId)) };
}

/** One more is read than asked for: the first of the next page is its token, so nobody is skipped. */
export async function relatedPage(
  consents: Pick<Consents, "related">,
  relation: Relation,
  request: PageRequest,
) {
  const wanted = limit("limit", request.limit, DEFAULT_RELATIONS_PAGE, MAX_RELATIONS_PAGE);
  const found = await consents.related({
    user: userId("user_id", request.userId),
    relation,
    from: idBound("from_user_id", request.fromUserId),
    max: wanted + 1,
  });
  const people = found
    .slice(0, wanted)
    .map(({ userId, sinceMs }) => ({ userId, createTimeMs: BigInt(sinceMs) }));
  return { people, nextUserId: found.length > wanted ? found[wanted].userId : 0n };
}
