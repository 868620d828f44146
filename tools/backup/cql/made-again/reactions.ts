import { bucketOf } from "../../../../services/engagement/adapters/cql/buckets.ts";
import { REACTOR_STATES } from "../../../../services/engagement/adapters/cql/schema.ts";
import { trustedUserId } from "../../../../services/model/ids.ts";
import { present } from "../../../../services/model/invariant.ts";
import { personKey } from "../../../../services/platform/storage/people/person-key.ts";
import type { Row } from "../write-table.ts";

const NO_CELLS = new Map();

/** Where readers see a reaction, and its part in the directory. Those of people who are hidden are set aside. */
export function shownOfReaction({ key, cells }: Row, gone: ReadonlySet<string>): readonly Row[] {
  const { user_id, post_id, comment_id } = key;
  const user = trustedUserId(user_id as bigint);
  const time = cells.get("time_ms");
  if (!time || gone.has(personKey(REACTOR_STATES.as, user).toString("hex"))) return [];
  const isLike = comment_id === 0n;
  const bucket = bucketOf((isLike ? user_id : comment_id) as bigint);
  const directory = { post_id, kind: isLike ? "like" : "comment", bucket };
  const version = { ...time, value: BigInt(time.written) };
  const shown: Row = isLike
    ? {
        table: "likes",
        key: { post_id, bucket, user_id },
        cells: new Map([
          ["time_ms", time],
          ["version", version],
        ]),
      }
    : {
        table: "comments",
        key: { post_id, bucket, comment_id },
        cells: new Map([
          ["author_id", { ...time, value: user_id }],
          ["parent_id", present(cells.get("parent_id"))],
          ["text", present(cells.get("text"))],
        ]),
      };
  return [shown, { table: "reacted", key: directory, cells: NO_CELLS }];
}
