import { trustedUserId, type UserId } from "../../model/ids.ts";
import type { PostViewing } from "../ports.ts";

/**
 * What is left of `items` for this viewer (0n: nobody, to whom all are shown) without those of people who
 * are hidden from them.
 */
export async function withoutHidden<Item>(
  viewing: Pick<PostViewing, "hiddenFrom">,
  viewer: bigint,
  items: readonly Item[],
  personOf: (item: Item) => UserId,
): Promise<readonly Item[]> {
  if (viewer === 0n) return items;
  const user = trustedUserId(viewer);
  const others = new Set(items.map(personOf));
  others.delete(user);
  if (others.size === 0) return items;
  const hidden = await viewing.hiddenFrom(user, [...others]);
  return hidden.size === 0 ? items : items.filter((item) => !hidden.has(personOf(item)));
}
