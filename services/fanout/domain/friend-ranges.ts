import { idAt } from "../../model/wire/id-pairs.ts";

/** Friends with ids in [from, before); `before` 0n: to the last. */
export interface FriendRange {
  readonly from: bigint;
  readonly before: bigint;
}

/**
 * Cuts a list of friends, as it is now, into ranges of about `size` friends. The ranges leave no id
 * out and share none: whoever is a friend when a range is read is in exactly one of them, however the
 * list changed since. `batches` are ascending pairs of halves.
 */
export async function cutIntoRanges(
  batches: AsyncIterable<Uint32Array>,
  size: number,
): Promise<FriendRange[]> {
  const cuts: bigint[] = [];
  let seen = 0;
  for await (const pairs of batches) {
    const count = pairs.length / 2;
    const untilCut = (size - (seen % size)) % size;
    for (let i = untilCut; i < count; i += size) {
      if (seen + i > 0) cuts.push(idAt(pairs, i));
    }
    seen += count;
  }
  return [...cuts, 0n].map((before, i) => ({ from: i === 0 ? 0n : cuts[i - 1], before }));
}
