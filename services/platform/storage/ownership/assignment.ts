import { present } from "../../../model/invariant.ts";
import { mix } from "../../../model/mix.ts";

/** A process that is alive: its lease's generation, and where it is reached. */
export interface Member {
  readonly generation: bigint;
  readonly address: string;
  /** Whether it has said that it will leave; undefined: it is of a version that neither says so nor hears it. */
  readonly leaving?: boolean | undefined;
}

/** Who a shard belongs to, as stored. */
export interface ShardRow {
  readonly shard: number;
  /** 0n: nobody yet. */
  readonly generation: bigint;
  readonly address: string;
  /** How often it has changed hands: tells one time of the same owner from another. */
  readonly moves: bigint;
}

/**
 * Rendezvous hashing (Thaler and Ravishankar 1998): everybody finds the same owner without talking, and
 * a process that comes or goes moves only its own share.
 */
export function preferredOwner(shard: number, members: readonly Member[]): Member | undefined {
  return ownersAmong(members)(shard);
}

/** The same for many shards: addresses are hashed once, and not once a shard. */
function ownersAmong(members: readonly Member[]): (shard: number) => Member | undefined {
  const hashes = members.map(({ address }) => hashOf(address));
  return (shard) => {
    let best: Member | undefined;
    let bestWeight = -1;
    members.forEach((member, i) => {
      const weight = mix(hashes[i], shard);
      const isBetter =
        weight > bestWeight || (weight === bestWeight && member.address > present(best).address);
      if (!isBetter) return;
      best = member;
      bestWeight = weight;
    });
    return best;
  };
}

export interface ShardPlan {
  /** Ours, and better placed elsewhere. */
  readonly give: readonly ShardRow[];
  /** Best placed here, and owned by nobody alive. */
  readonly take: readonly ShardRow[];
  /** Some are best placed here, and another who is alive has not given them yet. */
  readonly isAwaiting: boolean;
}

/**
 * What `self`, one of the members, should do now. Shards of the living are never taken, only given: of those who leave,
 * too, though nothing is best placed with them any more.
 */
export function planShards(
  rows: readonly ShardRow[],
  members: readonly Member[],
  self: Member,
): ShardPlan {
  const alive = new Set(members.map(({ generation }) => generation));
  const ownerOf = ownersAmong(members.filter(({ leaving }) => leaving !== true));
  const isMineToHave = ({ shard }: ShardRow) => ownerOf(shard)?.generation === self.generation;
  const others = rows.filter(({ generation }) => generation !== self.generation);
  return {
    give: rows.filter((row) => row.generation === self.generation && !isMineToHave(row)),
    take: others.filter((row) => !alive.has(row.generation) && isMineToHave(row)),
    isAwaiting: others.some((row) => alive.has(row.generation) && isMineToHave(row)),
  };
}

/** Nobody gives more than such a part of all shards at a look. */
const PARTS_OF_ALL = 16;

/** What of it to give now: the rest is served until what has been given, by whomever, is taken. */
export function nextPart(
  give: readonly ShardRow[],
  rows: readonly ShardRow[],
): readonly ShardRow[] {
  if (rows.some(({ generation }) => generation === 0n)) return [];
  return give.slice(0, Math.ceil(rows.length / PARTS_OF_ALL));
}

/** FNV-1a of the address. */
function hashOf(address: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < address.length; i++) {
    hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
