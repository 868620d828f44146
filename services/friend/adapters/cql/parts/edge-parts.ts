import type { UserId } from "../../../../model/ids.ts";
import type { EdgeKey, EdgeState } from "../edge-rows.ts";
import { newestState } from "./newest-state.ts";

/** The rows of one direction of edges, in parts that are numbered from 0; a part is a partition. */
export interface PartRows {
  /** Tells readers of packed lists to look at this edge from now on. Durable when it resolves. */
  announce(key: EdgeKey): Promise<void>;
  /** Parts of a person: 1 for nearly everybody, and never fewer than before. */
  partsOf(user: UserId): Promise<number>;
  /** By part; undefined: no row there. */
  read(key: EdgeKey): Promise<readonly (EdgeState | undefined)[]>;
  /** Idempotent: of several states of one row the highest version stays, of two with one version what removes. */
  write(key: EdgeKey, part: number, state: EdgeState): Promise<void>;
}

export async function readEdge(rows: PartRows, key: EdgeKey): Promise<EdgeState> {
  return newestState(await rows.read(key));
}

/**
 * Writes one direction of an edge, and tells of it before. A friend goes into the last part, or where a row of
 * theirs is; nothing is written that a newer row is known to have passed. Two writers may put one friend into
 * two parts: the newer row counts. What is removed is written into *all* parts, for its rows expire, and no
 * older row may then be left that came late; and once more into those that were opened meanwhile: who had seen
 * one of them had not seen the first of these writes.
 */
export async function writeEdge(rows: PartRows, key: EdgeKey, state: EdgeState): Promise<void> {
  if (state.isPresent) {
    const found = await rows.read(key);
    const then = newestState([...found, state]);
    if (then.version > state.version || !then.isPresent) return;
    await rows.announce(key);
    await Promise.all(partsFor(found).map((part) => rows.write(key, part, state)));
    return;
  }
  await rows.announce(key);
  let written = 0;
  for (;;) {
    const parts = await rows.partsOf(key.user);
    if (written === parts) return;
    const left = Array.from({ length: parts - written }, (_, i) => written + i);
    await Promise.all(left.map((part) => rows.write(key, part, state)));
    written = parts;
  }
}

/** Where the friend is; else where there was one; else the last part. */
function partsFor(found: readonly (EdgeState | undefined)[]): number[] {
  const present = found.flatMap((row, part) => (row?.isPresent ? [part] : []));
  if (present.length > 0) return present;
  const held = found.findIndex((row) => row !== undefined);
  return [held < 0 ? found.length - 1 : held];
}
