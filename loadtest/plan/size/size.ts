import { present } from "../../../services/model/invariant.ts";
import { meanRingBytes } from "../../../services/timeline/domain/rings/ring-memory.ts";
import type { Demand } from "../../demand/demand.ts";
import { friendsPerPost, ownersPerPost } from "../../demand/post-audience.ts";
import { cpuOf, TIERS, type Tier } from "../unit-costs.ts";
import { type Load, workOf } from "../work.ts";
import { flowsOf } from "./network.ts";
import type { Planning, Policy, Sizing, StorageTier, TierSize } from "./sizing.ts";
import { copiesOf, storageOf } from "./storage.ts";

const GIB = 2 ** 30;
const TIB = 2 ** 40;
/** What a process of Node takes before it holds anything. */
const PROCESS_GIB = 0.15;
const MOST_ROUNDS = 50;

/**
 * What a number of daily users takes at their peak. Owners are found by going round: more owners shrink
 * the batches, which costs CPU, which may ask for more owners.
 */
export function sizeOf({ demand, textBytes, policy, costs, curve, bytes }: Planning): Sizing {
  const viewerBytes = meanRingBytes(policy.ringEntries) + bytes.viewer;
  const ringBytes = demand.activePeople * viewerBytes;
  const streamGiB = (tier: Tier) => (demand.streams * (bytes.stream[tier] ?? 0)) / GIB;
  const memoryGiB = ringBytes / GIB + streamGiB("timeline");
  const { machine } = policy;
  const perProcess = machine.memoryGiB / machine.cores;
  const indexBytes = demand.day.posts * policy.indexDays * bytes.indexedPost;
  const ownGiB = PROCESS_GIB + indexBytes / GIB;
  let owners = Math.max(1, Math.ceil(memoryGiB / Math.max(perProcess - ownGiB, perProcess / 2)));
  let perSecond = workOf(peakLoad(demand, textBytes, owners), curve);
  let cpu = cpuOf(costs, perSecond, { timeline: owners });
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const needed = Math.ceil((cpu.timeline ?? 0) / policy.maxUtilisation);
    if (needed <= owners) break;
    owners = needed;
    perSecond = workOf(peakLoad(demand, textBytes, owners), curve);
    cpu = cpuOf(costs, perSecond, { timeline: owners });
  }
  const hasDatabase = cpu.cql !== undefined;
  const inMemory = { ringBytes, indexBytes, hasDatabase };
  const storage = storageOf({ demand, textBytes, policy, bytes }, inMemory);
  const tiers = TIERS.filter((tier) => cpu[tier] !== undefined).map((tier) => {
    const held =
      tier === "timeline"
        ? { gib: memoryGiB + owners * (indexBytes / GIB), processes: owners }
        : { gib: streamGiB(tier), processes: 0 };
    return tierSize(tier, present(cpu[tier]), held, { policy, storage });
  });
  return {
    perSecond,
    owners,
    tiers,
    machines: machinesInAll(tiers, policy),
    storage,
    network: flowsOf(perSecond, { textBytes, postsPerPage: demand.postsPerPage }),
  };
}

/** All of it comes from apps, over REST. */
function peakLoad(demand: Demand, textBytes: number, owners: number): Load {
  const { audience, peak, streams } = demand;
  const friends = friendsPerPost(audience);
  return {
    postsPerSecond: peak.posts,
    textBytes,
    pagesPerSecond: peak.pages,
    batchShare: 1,
    postsPerPage: demand.postsPerPage,
    friendsPerPost: friends,
    activePerPost: friends * audience.activeShare,
    ownersTouched: ownersPerPost(audience, owners),
    owners,
    ownersHere: owners,
    restShare: 1,
    streams,
    // Who comes often has no more friends than other active people.
    watchedShare: streams / demand.activePeople,
  };
}

function tierSize(
  tier: Tier,
  once: number,
  held: { readonly gib: number; readonly processes: number },
  { policy, storage }: { readonly policy: Policy; readonly storage: readonly StorageTier[] },
): TierSize {
  const spare = policy.zones / (policy.zones - 1);
  const cpu = once * copiesOf(tier, policy);
  const cores = Math.ceil((cpu / policy.maxUtilisation) * spare);
  return {
    tier,
    cpu,
    cores,
    memoryGiB: held.gib * spare + Math.max(held.processes * spare, cores) * PROCESS_GIB,
    diskBytes: storage.reduce(
      (sum, one) => sum + (one.onDiskOf === tier ? one.withReplicas : 0),
      0,
    ),
  };
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
