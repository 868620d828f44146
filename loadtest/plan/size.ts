import { present } from "../../services/model/invariant.ts";
import { meanRingBytes } from "../../services/timeline/domain/rings/ring-memory.ts";
import type { Demand, Flow, Policy, Sizing, StorageTier, TierSize, UnitBytes } from "./sizing.ts";
import { cpuOf, TIERS, type Tier, type UnitCosts } from "./unit-costs.ts";
import { type BatchCurve, type Load, ownersTouched, type Work, workOf } from "./work.ts";

/** Each copy is work of its own. */
const REPLICATED: ReadonlySet<Tier> = new Set(["broker", "cql"]);

const DAY_SECONDS = 86_400;
const GIB = 2 ** 30;
const TIB = 2 ** 40;
/** What a process of Node takes before it holds anything. */
const PROCESS_GIB = 0.15;
const MOST_ROUNDS = 50;

/**
 * What a number of daily users takes at their peak. Owners are found by going round: more owners shrink
 * the batches, which costs CPU, which may ask for more owners.
 */
export function sizeOf({
  demand,
  policy,
  costs,
  curve,
  bytes,
}: {
  readonly demand: Demand;
  readonly policy: Policy;
  readonly costs: UnitCosts;
  readonly curve: BatchCurve;
  readonly bytes: UnitBytes;
}): Sizing {
  const active = demand.dailyUsers * demand.activeOverDaily;
  const viewerBytes = meanRingBytes(demand.ringEntries) + bytes.viewer;
  const memoryGiB = (active * viewerBytes) / GIB;
  const { machine } = policy;
  const perProcess = machine.memoryGiB / machine.cores;
  const indexBytes = demand.dailyUsers * demand.postsADay * policy.indexDays * bytes.indexedPost;
  const ownGiB = PROCESS_GIB + indexBytes / GIB;
  let owners = Math.max(1, Math.ceil(memoryGiB / Math.max(perProcess - ownGiB, perProcess / 2)));
  let perSecond = workOf(peakLoad(demand, owners), curve);
  let cpu = cpuOf(costs, perSecond, { timeline: owners });
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const needed = Math.ceil((cpu.timeline ?? 0) / policy.maxUtilisation);
    if (needed <= owners) break;
    owners = needed;
    perSecond = workOf(peakLoad(demand, owners), curve);
    cpu = cpuOf(costs, perSecond, { timeline: owners });
  }
  const hasDatabase = cpu.cql !== undefined;
  const held = { ringBytes: memoryGiB * GIB, indexBytes, hasDatabase };
  const storage = storageOf(demand, policy, bytes, held);
  const tiers = TIERS.filter((tier) => cpu[tier] !== undefined).map((tier) => {
    const held = tier === "timeline" ? memoryGiB + owners * ownGiB : 0;
    return tierSize(tier, present(cpu[tier]), held, { policy, storage });
  });
  return {
    perSecond,
    owners,
    tiers,
    machines: machinesInAll(tiers, policy),
    storage,
    network: flowsOf(demand, perSecond),
  };
}

function peakLoad(demand: Demand, owners: number): Load {
  const peak = (demand.dailyUsers * demand.peakOverMean) / DAY_SECONDS;
  return {
    postsPerSecond: peak * demand.postsADay,
    textBytes: demand.textBytes,
    pagesPerSecond: (peak * demand.postsReadADay) / demand.postsPerPage,
    batchShare: 1,
    postsPerPage: demand.postsPerPage,
    friendsPerPost: demand.friendsPerPost,
    activePerPost: demand.activePerPost,
    ownersTouched: ownersTouched(demand.friendsPerPost, owners),
    owners,
    ownersHere: owners,
  };
}

function tierSize(
  tier: Tier,
  once: number,
  heldGiB: number,
  { policy, storage }: { policy: Policy; storage: readonly StorageTier[] },
): TierSize {
  const spare = policy.zones / (policy.zones - 1);
  const cpu = once * copiesOf(tier, policy);
  const cores = Math.ceil((cpu / policy.maxUtilisation) * spare);
  return {
    tier,
    cpu,
    cores,
    memoryGiB: Math.max(heldGiB * spare, cores * PROCESS_GIB),
    diskBytes: storage.reduce(
      (sum, one) => sum + (one.onDiskOf === tier ? one.withReplicas : 0),
      0,
    ),
  };
}

/** How often a tier does its work, and has what it stores. */
function copiesOf(tier: Tier | undefined, { replicas }: Policy): number {
  return tier !== undefined && REPLICATED.has(tier) ? replicas : 1;
}

/** Machines of a tier, by whichever of its needs takes more of them; a part of one may be shared. */
export function machineShare(
  { cores, memoryGiB, diskBytes }: TierSize,
  { machine, maxDiskUse }: Policy,
): number {
  const byDisk = diskBytes / (machine.diskTiB * TIB * maxDiskUse);
  return Math.max(cores / machine.cores, memoryGiB / machine.memoryGiB, byDisk);
}

/**
 * Machines of all tiers, which share them: as many as they take, and so many that with one zone gone, and all
 * its machines, those of the others do the work.
 */
function machinesInAll(tiers: readonly TierSize[], policy: Policy): number {
  const { zones } = policy;
  const shares = tiers.reduce((sum, tier) => sum + machineShare(tier, policy), 0);
  // Cores and memory of tiers are already those with a zone lost.
  const needed = Math.ceil(shares * ((zones - 1) / zones));
  let machines = Math.ceil(shares);
  while (machines - Math.ceil(machines / zones) < needed) machines++;
  return machines;
}

interface Held {
  /** In memory, of all owners. */
  readonly ringBytes: number;
  /** In memory, of each. */
  readonly indexBytes: number;
  readonly hasDatabase: boolean;
}

function storageOf(
  demand: Demand,
  policy: Policy,
  bytes: UnitBytes,
  { ringBytes, indexBytes, hasDatabase }: Held,
): readonly StorageTier[] {
  const posts = demand.dailyUsers * demand.postsADay;
  const deliveries = posts * demand.activePerPost;
  const tier = (what: string, size: number, onDiskOf?: Tier): StorageTier => ({
    what,
    bytes: size,
    withReplicas: size * copiesOf(onDiskOf, policy),
    onDiskOf,
  });
  const log = tier("fan-out log, a day (embedded)", deliveries * bytes.logDelivery, "timeline");
  return [
    tier("rings in memory, of everyone active", ringBytes),
    tier(`recent index in memory, ${policy.indexDays} days, of one owner`, indexBytes),
    // With a database entries are logged there.
    ...(hasDatabase ? [] : [log]),
    tier(
      `entries, ${policy.windowDays} days (wide-column store)`,
      deliveries * policy.windowDays * bytes.entryRow,
      "cql",
    ),
    tier(
      `posts, ${policy.keepYears} years (wide-column store)`,
      posts * 365 * policy.keepYears * (demand.textBytes + bytes.postBesideText),
      "cql",
    ),
  ];
}

/** Bytes of a message beside its text or its ids: protobuf fields, HTTP/2 frames and headers. */
const WIRE = { call: 120, event: 60, piece: 40, viewerId: 8, entry: 75, post: 45 };

function flowsOf({ textBytes, postsPerPage }: Demand, work: Work): readonly Flow[] {
  const flow = (what: string, bytesPerSecond: number): Flow => ({
    what,
    bitsPerSecond: bytesPerSecond * 8,
  });
  return [
    flow("posts in", work.posts * (WIRE.call + textBytes)),
    flow("post events through the bus (ids, no text)", 2 * work.posts * WIRE.event),
    flow("friend lists to the workers", work.friendsListed * WIRE.viewerId),
    flow(
      "appends to the owners",
      work.appendCalls * WIRE.call +
        work.pieces * WIRE.piece +
        (work.stored + work.dropped) * WIRE.viewerId,
    ),
    flow("pages out", work.pages * (WIRE.call + postsPerPage * WIRE.entry)),
    flow("posts out", work.batches * WIRE.call + work.postsRead * (WIRE.post + textBytes)),
  ];
}
