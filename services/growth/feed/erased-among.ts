import { isUserId } from "../../model/ids.ts";
import type { GonePeople } from "../../platform/people/refuse-gone.ts";

const NOBODY: ReadonlySet<bigint> = new Set();

/** Those of these who are erased. Who is hidden counts as everybody: what is on its way was done before. */
export async function erasedAmong(
  people: GonePeople,
  ids: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (!people.hidesAny) return NOBODY;
  const gone = await people.goneAmong(ids.filter(isUserId));
  return new Set(gone.entries().flatMap(([id, state]) => (state === "erased" ? [id] : [])));
}
