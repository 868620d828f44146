import type { UserId } from "../../../model/ids.ts";
import { u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import { isOpen, NO_STANCE, type Stance, type Standing } from "../../domain/standing.ts";

/**
 * What two people did about each other, under the key of both, the smaller id first: the stance of each,
 * requested and blocked (u64, ms). There is no record while nobody asked or blocked.
 */
const STANCE_BYTES = 16;

type Stances = Pick<Standing, "mine" | "theirs">;

export function pairKey(user: UserId, other: UserId): Buffer {
  return user < other ? u64PairKey(user, other) : u64PairKey(other, user);
}

export function decodePair(record: Buffer | undefined, user: UserId, other: UserId): Stances {
  if (record === undefined) return { mine: NO_STANCE, theirs: NO_STANCE };
  const [low, high] = [stanceAt(record, 0), stanceAt(record, STANCE_BYTES)];
  return user < other ? { mine: low, theirs: high } : { mine: high, theirs: low };
}

/** Undefined: no record is needed. */
export function encodePair(stances: Stances, user: UserId, other: UserId): Buffer | undefined {
  if (!isOpen(stances)) return undefined;
  const { mine, theirs } = stances;
  const record = Buffer.allocUnsafe(2 * STANCE_BYTES);
  for (const [index, stance] of (user < other ? [mine, theirs] : [theirs, mine]).entries()) {
    record.writeBigUInt64LE(BigInt(stance.requestedAtMs), index * STANCE_BYTES);
    record.writeBigUInt64LE(BigInt(stance.blockedAtMs), index * STANCE_BYTES + 8);
  }
  return record;
}

function stanceAt(record: Buffer, at: number): Stance {
  return {
    requestedAtMs: Number(record.readBigUInt64LE(at)),
    blockedAtMs: Number(record.readBigUInt64LE(at + 8)),
  };
}
