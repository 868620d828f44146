import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { NO_STANCE, type Stance, type Standing, turned } from "../../domain/standing.ts";
import type { EdgeState } from "./edge-rows.ts";

/** Two people, the smaller id first: the key of what is between them. */
export interface Pair {
  readonly low: UserId;
  readonly high: UserId;
}

/** What is decided between two people: the row that acts change, one after the other. */
export interface PairRow {
  readonly low: Stance;
  readonly high: Stance;
  /** What the last act that decided it made of their edge. */
  readonly edge: EdgeState;
  /** Microseconds; rises with each act. 0n: there is no row. */
  readonly version: bigint;
  /** The id of the act, which no other has. */
  readonly act: bigint;
}

export const NO_PAIR: PairRow = {
  low: NO_STANCE,
  high: NO_STANCE,
  edge: { isPresent: false, version: 0n },
  version: 0n,
  act: 0n,
};

export function pairOf(user: UserId, other: UserId): Pair {
  return user < other ? { low: user, high: other } : { low: other, high: user };
}

/**
 * The standing as the person with the smaller id has it. The edge is what the newest version says: a
 * service's change is in the edge's rows alone, and an act may not have reached them yet.
 */
export function standingOf(row: PairRow, edges: readonly EdgeState[]): Standing {
  const { isPresent } = newestEdge(row, edges);
  return { areFriends: isPresent, mine: row.low, theirs: row.high };
}

export function newestEdge(row: PairRow, edges: readonly EdgeState[]): EdgeState {
  return [row.edge, ...edges].reduce((a, b) => (b.version > a.version ? b : a));
}

/** The same as `user`, one of the two, has it; and back. */
export function asSeenBy(user: UserId, pair: Pair, standing: Standing): Standing {
  return user === pair.low ? standing : turned(standing);
}

const PAIR_BYTES = 16;

/** As the outbox keeps it: two ids. (A change of an edge is longer.) */
export function encodePair({ low, high }: Pair): Buffer {
  const bytes = Buffer.alloc(PAIR_BYTES);
  bytes.writeBigInt64LE(low, 0);
  bytes.writeBigInt64LE(high, 8);
  return bytes;
}

/** Undefined when the bytes are no pair. */
export function decodePair(change: Uint8Array): Pair | undefined {
  if (change.length !== PAIR_BYTES) return undefined;
  const bytes = Buffer.from(change.buffer, change.byteOffset, change.byteLength);
  return {
    low: trustedUserId(bytes.readBigInt64LE(0)),
    high: trustedUserId(bytes.readBigInt64LE(8)),
  };
}
