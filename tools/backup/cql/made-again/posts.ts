import { trustedPostId } from "../../../../services/model/ids.ts";
import { bucketOf } from "../../../../services/post/domain/buckets.ts";
import type { Row } from "../write-table.ts";

const NO_CELLS = new Map();

/** A post in its author's list, and the part of that list in its directory. */
export function indexOfPost({ table, key, cells }: Row): readonly Row[] {
  const { post_id } = key;
  const author = cells.get("author_id");
  if (!author) return erased({ table, key, cells });
  const part = { author_id: author.value, bucket: bucketOf(trustedPostId(post_id as bigint)) };
  const deleted = cells.get("deleted");
  const listed = new Map([["created", { ...author, value: true }]]);
  if (deleted) listed.set("deleted", { ...deleted, value: true });
  return [
    { table: "posts_by_author", key: { ...part, post_id }, cells: listed },
    { table: "author_buckets", key: part, cells: NO_CELLS },
  ];
}

/** An erased post is nobody's, and stays without its text, should an outbox have its creation still. */
function erased({ table, key, cells }: Row): readonly Row[] {
  const deleted = cells.get("deleted");
  if (!deleted) return [];
  const nothing = { ...deleted, value: null };
  const gone = new Map(["author_id", "message"].map((name) => [name, nothing]));
  return [{ table, key, cells: gone }];
}
