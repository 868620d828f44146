import { idAt } from "../../../model/wire/id-pairs.ts";
import {
  includesId,
  isIdAt,
  joinIds,
  lowerBound,
  NO_IDS,
  sliceIds,
} from "../../domain/sorted-ids.ts";
import type { FriendIds } from "../../ports.ts";
import {
  chunkKey,
  copied,
  copyChunk,
  copyRootPairs,
  decodeCount,
  decodeRoot,
  isDirectory,
  type ListRoot,
  NO_LIST,
  rootKey,
} from "./list-layout.ts";
import type { PairsArena } from "./pairs-arena.ts";

/** The durable state, or what a transaction has made of it. The value is used before the next read. */
export type ReadValue = (key: Buffer) => Buffer | undefined;

export function readRoot(read: ReadValue, user: bigint, decode = copied): ListRoot {
  const root = read(rootKey(user));
  return root === undefined ? NO_LIST : decodeRoot(root, decode);
}

export function readChunk(
  read: ReadValue,
  user: bigint,
  bound: bigint,
  decode = copied,
): Uint32Array {
  const chunk = read(chunkKey(user, bound));
  if (chunk === undefined) throw new Error(`the chunk of ${user} from ${bound} on is missing`);
  return decode(chunk, 0);
}

/** The index of the chunk where `id` is or would be. */
export function chunkIndexOf(bounds: Uint32Array, id: bigint): number {
  const index = lowerBound(bounds, id);
  return isIdAt(bounds, index, id) ? index : Math.max(0, index - 1);
}

export function countFriends(read: ReadValue, user: bigint): number {
  const root = read(rootKey(user));
  return root === undefined ? 0 : decodeCount(root);
}

/** The whole list; its count alone when it is longer than `max`. */
export function readList(read: ReadValue, arena: PairsArena, user: bigint, max: number): FriendIds {
  const root = read(rootKey(user));
  if (root === undefined) return { friendCount: 0, friends: NO_IDS };
  const friendCount = decodeCount(root);
  if (friendCount > max) return { friendCount, friends: NO_IDS };
  const friends = arena.take(2 * friendCount);
  if (!isDirectory(root)) {
    copyRootPairs(root, friends);
    return { friendCount, friends };
  }
  const { bounds } = decodeRoot(root, copied);
  let filled = 0;
  for (let i = 0; i < bounds.length / 2; i++) {
    const chunk = read(chunkKey(user, idAt(bounds, i)));
    if (chunk !== undefined) filled = copyChunk(chunk, friends, filled);
  }
  return { friendCount, friends };
}

/** Friends in [from, before), at most `max`; `before` 0n has no end. */
export function readRange({
  read,
  user,
  from,
  before,
  max,
}: {
  readonly read: ReadValue;
  readonly user: bigint;
  readonly from: bigint;
  readonly before: bigint;
  readonly max: number;
}): Uint32Array {
  const { ids, bounds } = readRoot(read, user);
  if (bounds.length === 0) return sliceIds(ids, from, before, max);
  const parts: Uint32Array[] = [];
  let wanted = max;
  for (let i = chunkIndexOf(bounds, from); i < bounds.length / 2 && wanted > 0; i++) {
    const bound = idAt(bounds, i);
    if (before !== 0n && bound >= before) break;
    const part = sliceIds(readChunk(read, user, bound), from, before, wanted);
    parts.push(part);
    wanted -= part.length / 2;
  }
  return joinIds(parts);
}

/** In the order of `others`: is on the user's list. */
export function checkFriends(
  read: ReadValue,
  user: bigint,
  others: readonly bigint[],
  decode = copied,
): boolean[] {
  const { ids, bounds } = readRoot(read, user, decode);
  if (bounds.length === 0) return others.map((other) => includesId(ids, other));
  return others.map((other) => {
    const bound = idAt(bounds, chunkIndexOf(bounds, other));
    return includesId(readChunk(read, user, bound, decode), other);
  });
}
