import { present } from "../../../services/model/invariant.ts";
import { meanRingBytes } from "../../../services/timeline/domain/rings/ring-memory.ts";
import type { Demand } from "../../demand/demand.ts";
import { friendsPerPost, ownersPerPost } from "../../demand/post-audience.ts";
import { cpuOf, type Processes, partsOf, TIERS, type Tier } from "../unit-costs.ts";
import { type Load, type Work, workOf } from "../work.ts";
import { flowsOf } from "./network.ts";
import type { Planning, Policy, Sizing, StorageTier, TierSize } from "./sizing.ts";
import { copiesOf, storageOf } from "./storage.ts";

const GIB = 2 ** 30;
const TIB = 2 ** 40;
/** What a process of Node takes before it holds anything. */
const PROCESS_GIB = 0.15;
const MOST_ROUNDS = 50;

/** What a number of daily users takes at their peak. */
export function sizeOf(planning: Planning): Sizing {
  const { delivery, demand, textBytes, policy, costs, bytes } = planning;
  const isPushed = delivery === "push";
  const viewerBytes = (isPushed ? meanRingBytes(policy.ringEntries) : 0) + bytes.viewer;
  const ringBytes = demand.activePeople * viewerBytes;
  const streamGiB = (tier: Tier) => (demand.streams * (bytes.stream[tier] ?? 0)) / GIB;
  const memoryGiB = ringBytes / GIB + streamGiB("timeline");
  const { machine } = policy;
  const perProcess = machine.memoryGiB / machine.cores;
  const indexBytes = demand.day.posts * policy.indexDays * bytes.indexedPost;
  const ownGiB = PROCESS_GIB + indexBytes / GIB;
  const forMemory = Math.ceil(memoryGiB / Math.max(perProcess - ownGiB, perProcess / 2));
  const { owners, writers, perSecond, cpu, isToBeHad } = goRound(planning, Math.max(1, forMemory));
  const hasDatabase = cpu.cql !== undefined;
  const inMemory = { ringBytes, indexBytes, hasDatabase };
  const { storage, posts } = storageOf(planning, inMemory);
  const tiers = TIERS.filter((tier) => cpu[tier] !== undefined).map((tier) => {
    const held =
      tier === "timeline"
        ? { gib: memoryGiB + owners * (indexBytes / GIB), processes: owners }
        : { gib: streamGiB(tier), processes: 0 };
    const parts = partsOf(tier, costs, perSecond, processesOf(planning, { owners, writers }));
    return { ...tierSize(tier, present(cpu[tier]), held, { policy, storage }), parts };
  });
  return {
    delivery,
    perSecond,
    owners,
    writers,
    isToBeHad,
    tiers,
    machines: machinesInAll(tiers, policy),
    machinesOfPosts: hasDatabase ? machinesByDisk(posts.withReplicas, policy) : 0,
    storage,
    network: flowsOf(perSecond, { textBytes, postsPerPage: demand.postsPerPage }),
  };
}

/** Timeline processes; and post processes, each of which has a log to be followed. */
interface Sought {
  readonly owners: number;
  readonly writers: number;
}

interface Found extends Sought {
  readonly isToBeHad: boolean;
  readonly perSecond: Work;
  readonly cpu: ReturnType<typeof cpuOf>;
}

/**
 * Pushed, more owners shrink the batches; pulled, they and the post processes follow each other. Either costs CPU, which
 * may ask for more of them.
 */
function goRound(planning: Planning, forMemory: number): Found {
  const { policy, delivery } = planning;
  let sought: Sought = { owners: forMemory, writers: 1 };
  let first: Sought | undefined;
  for (let round = 1; ; round++) {
    const { perSecond, cpu } = workFor(planning, sought);
    const needed = (tier: Tier) => Math.ceil((cpu[tier] ?? 0) / policy.maxUtilisation);
    const owners = Math.max(sought.owners, needed("timeline"));
    const writers = delivery === "pull" ? Math.max(sought.writers, needed("post")) : 1;
    const isEnough = owners === sought.owners && writers === sought.writers;
    if (isEnough) return { ...sought, perSecond, cpu, isToBeHad: true };
    first ??= { owners, writers };
    if (round > MOST_ROUNDS) return { ...first, ...workFor(planning, first), isToBeHad: false };
    sought = { owners, writers };
  }
}

function workFor(planning: Planning, sought: Sought) {
  const { demand, textBytes, costs, curve, delivery } = planning;
  const perSecond = workOf({ ...peakLoad(demand, textBytes, sought), delivery }, curve);
  return { perSecond, cpu: cpuOf(costs, perSecond, processesOf(planning, sought)) };
}

function processesOf({ delivery }: Planning, { owners, writers }: Sought): Processes {
  return { timeline: owners, ...(delivery === "pull" && { post: writers }) };
}

/** All of it comes from apps, over REST. */
function peakLoad(
  demand: Demand,
  textBytes: number,
  { owners, writers }: Sought,
): Omit<Load, "delivery"> {
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
    friendsPerReader: demand.friendsPerReader,
    ownersTouched: ownersPerPost(audience, owners),
    owners,
    ownersHere: owners,
    writers,
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
): Omit<TierSize, "parts"> {
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

type Needs = Pick<TierSize, "cores" | "memoryGiB" | "diskBytes">;

/** Machines of a tier, by whichever of its needs takes more of them; a part of one may be shared. */
export function machineShare(tier: Needs, policy: Policy): number {
  return Math.max(...machinesByNeed(tier, policy).values());
}

/** Which of its needs that is. */
export function scarcest(tier: Needs, policy: Policy): string {
  const byNeed = [...machinesByNeed(tier, policy)];
  return byNeed.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

function machinesByNeed({ cores, memoryGiB, diskBytes }: Needs, policy: Policy) {
  const { machine } = policy;
  return new Map([
    ["CPU", cores / machine.cores],
    ["memory", memoryGiB / machine.memoryGiB],
    ["disk", machinesByDisk(diskBytes, policy)],
  ]);
}

function machinesByDisk(bytes: number, { machine, maxDiskUse }: Policy): number {
  return bytes / (machine.diskTiB * TIB * maxDiskUse);
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
