import { NO_PAIR } from "../../../../services/friend/adapters/cql/pair.ts";
import { listRows, pairRow } from "../../../../services/friend/adapters/cql/pair-rows.ts";
import { bucketOf } from "../../../../services/friend/adapters/cql/relation-rows.ts";
import { trustedUserId } from "../../../../services/model/ids.ts";
import type { Row } from "../write-table.ts";

/** Entries of the lists of both people that a pair's row says: who asked, who blocks. */
export function listsOfPair({ key, cells }: Row): readonly Row[] {
  const [low, high] = [key.low, key.high].map((id) => trustedUserId(id as bigint));
  const row = pairRow(Object.fromEntries([...cells].map(([name, { value }]) => [name, value])));
  const open = listRows({ low, high }, row, NO_PAIR);
  const written = String(row.version);
  const cellOf = (value: bigint | number) => ({ value, written, expires: undefined });
  return open.map(({ user, other, relation, sinceMs }) => ({
    table: "friend_relations",
    key: { user, relation, bucket: bucketOf(relation, other), other },
    cells: new Map([
      ["open", cellOf(1)],
      ["since", cellOf(BigInt(sinceMs))],
    ]),
  }));
}
