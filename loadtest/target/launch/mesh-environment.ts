import { totalmem } from "node:os";
import { checkedWorld } from "../../../population/graph/world.ts";
import {
  DEFAULT_RING_ENTRIES,
  ringBytes,
} from "../../../services/timeline/domain/rings/ring-memory.ts";
import { MAX_TIMELINES } from "../../../tools/mesh/services.ts";
import { ownerCount } from "../../scenarios/owner-count.ts";
import type { SliceSpec, WorldSpec } from "../../scenarios/scenario.ts";

export interface MeshSize {
  readonly world: WorldSpec;
  readonly slice: SliceSpec;
  readonly timelines: number;
  /** As the timeline service's default when not given. */
  readonly ringEntries?: number | undefined;
}

const PUBLISHED_MEAN_FRIENDS = 190;
const MIB = 2 ** 20;
/** As services/timeline/domain/friends/friend-set.ts counts them. */
const BYTES_PER_FRIEND = 9;
const BYTES_PER_SET = 400;
/** An owner's share is not exactly one of so many. */
const SLACK = 1.2;
const MIN_BOUND_MIB = 64;
const MAX_SLAB_MIB = 1_048_576;
const MAX_FRIEND_SET_MIB = 65_536;
/** Of the machine's memory, for the rings and the friend sets of all timeline processes. */
const RINGS_SHARE = 1 / 2;
const FRIENDS_SHARE = 1 / 4;
const MAX_OWNERS = 1_000;

/**
 * What every process of a mesh under load is told beyond the defaults: the world's friendships, memory
 * bounds that hold everyone's ring as far as the machine has it, no quota that a load would meet, and
 * logs as quiet as production's. Throws RangeError naming what can't be.
 */
export function meshEnvironment(
  size: MeshSize,
  memoryBytes = totalmem(),
): Readonly<Record<string, string>> {
  checkSize(size);
  const { world, ringEntries } = size;
  const { slabMib, friendSetMib } = memoryBounds(size, memoryBytes);
  return {
    TIDINGS_LOG_LEVEL: "warn",
    TIDINGS_POST_QUOTA_PER_MINUTE: "1000000",
    TIDINGS_POST_QUOTA_BURST: "1000000",
    TIDINGS_GATEWAY_RATE_LIMIT: "10000000",
    TIDINGS_GATEWAY_STREAMS: "1000000",
    TIDINGS_GATEWAY_CONNECTIONS: "1000000",
    TIDINGS_TIMELINE_WATCHERS: "1000000",
    TIDINGS_FRIEND_GRAPH: "synthetic",
    TIDINGS_FRIEND_SYNTHETIC_PEOPLE: String(world.people),
    TIDINGS_FRIEND_SYNTHETIC_SEED: String(world.seed),
    TIDINGS_FRIEND_SYNTHETIC_MEAN: String(world.meanFriends ?? 0),
    TIDINGS_TIMELINE_SLAB_MIB: String(slabMib),
    TIDINGS_TIMELINE_FRIEND_SET_MIB: String(friendSetMib),
    ...(ringEntries !== undefined && { TIDINGS_TIMELINE_RING_ENTRIES: String(ringEntries) }),
  };
}

function checkSize({ world, slice, timelines }: MeshSize): void {
  checkedWorld(world);
  if (world.meanFriends !== undefined && !Number.isInteger(world.meanFriends)) {
    throw new RangeError(
      `world.meanFriends: ${world.meanFriends} is not a whole number, which the friend service wants`,
    );
  }
  if (!Number.isInteger(timelines) || timelines < 1 || timelines > MAX_TIMELINES) {
    throw new RangeError(
      `timelines: ${timelines} is not a whole number from 1 to ${MAX_TIMELINES}`,
    );
  }
  if (slice.kind !== "owner") return;
  const { owners } = slice;
  if (!Number.isInteger(owners) || owners < 2 || owners > MAX_OWNERS) {
    throw new RangeError(`slice.owners: ${owners} is not a whole number from 2 to ${MAX_OWNERS}`);
  }
  if (timelines > 1) {
    throw new RangeError(
      `timelines: an owner slice has 1, not ${timelines}: it is one of ${owners} owners`,
    );
  }
}

/** Bounds of one timeline process; nothing is taken before it is needed. */
function memoryBounds({ world, slice, timelines, ringEntries }: MeshSize, memoryBytes: number) {
  const viewers = (SLACK * world.people) / ownerCount(slice, timelines);
  const bytes = ringBytes(ringEntries ?? DEFAULT_RING_ENTRIES);
  const friends = world.meanFriends ?? PUBLISHED_MEAN_FRIENDS;
  const within = (wanted: number, share: number, mostMib: number) => {
    const most = Math.min(mostMib, (memoryBytes * share) / timelines / MIB);
    return Math.floor(Math.max(MIN_BOUND_MIB, Math.min(wanted / MIB, most)));
  };
  return {
    slabMib: within(viewers * bytes, RINGS_SHARE, MAX_SLAB_MIB),
    friendSetMib: within(
      viewers * (friends * BYTES_PER_FRIEND + BYTES_PER_SET),
      FRIENDS_SHARE,
      MAX_FRIEND_SET_MIB,
    ),
  };
}
