/** What a plan is asked, and what it answers. */
import type { Delivery } from "../../demand/delivery.ts";
import type { Demand } from "../../demand/demand.ts";
import type { Tier, UnitCosts } from "../unit-costs.ts";
import type { BatchCurve, Work } from "../work.ts";

/** Bytes of one unit; each measured or counted, see docs/load/plan.md. */
export interface UnitBytes {
  /** A post at rest, its text and both indexes. */
  readonly postBesideText: number;
  /** Of a byte of text, as the database compresses it. */
  readonly textOnDisk: number;
  /** What a resident viewer has beside the ring: friend set, table. */
  readonly viewer: number;
  /** A post in the recent index, which every owner of timelines has. */
  readonly indexedPost: number;
  /** A row of an entry in the wide-column store. */
  readonly entryRow: number;
  /** A delivery in the fan-out log, until the snapshot that covers it. */
  readonly logDelivery: number;
  /** What an open live stream takes in each tier; 0 where nobody has measured it. */
  readonly stream: Readonly<Partial<Record<Tier, number>>>;
}

/** A kind of machine that could be rented. */
export interface MachineSpec {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly diskTiB: number;
  readonly networkGbit: number;
}

export interface Policy {
  /** CPU is planned to be used to this share at the peak; the rest is headroom. */
  readonly maxUtilisation: number;
  /** Copies of what is stored. */
  readonly replicas: number;
  /** A disk is filled to this share: compaction writes the new before it removes the old. */
  readonly maxDiskUse: number;
  /** Machines are spread over so many zones, and what is left after one is lost must do. */
  readonly zones: number;
  readonly keepYears: number;
  /** Entries of a timeline in memory. */
  readonly ringEntries: number;
  /** How long the wide-column store keeps entries. */
  readonly windowDays: number;
  /** How far the recent index reaches back. */
  readonly indexDays: number;
  readonly machine: MachineSpec;
}

export interface Planning {
  readonly delivery: Delivery;
  readonly demand: Demand;
  readonly textBytes: number;
  readonly policy: Policy;
  readonly costs: UnitCosts;
  readonly curve: BatchCurve;
  readonly bytes: UnitBytes;
}

export interface Sizing {
  readonly delivery: Delivery;
  readonly perSecond: Work;
  readonly owners: number;
  /** By pull, post processes: each owner follows each. */
  readonly writers: number;
  /** False: reading the log takes more of each post process than it has to give, however many there are. */
  readonly isToBeHad: boolean;
  readonly tiers: readonly TierSize[];
  readonly machines: number;
  /** By whose disks the posts alone are held. */
  readonly machinesOfPosts: number;
  readonly storage: readonly StorageTier[];
  readonly network: readonly Flow[];
}

export interface TierSize {
  readonly tier: Tier;
  /** CPU seconds a second at the peak. */
  readonly cpu: number;
  /** What this goes into, the largest part first, before copies. */
  readonly parts: readonly (readonly [what: string, cpu: number])[];
  /** With headroom, and with one zone lost. */
  readonly cores: number;
  readonly memoryGiB: number;
  /** Of all copies. */
  readonly diskBytes: number;
}

export interface StorageTier {
  readonly what: string;
  readonly bytes: number;
  readonly withReplicas: number;
  /** Whose disks it is on; undefined: in memory. */
  readonly onDiskOf: Tier | undefined;
}

export interface Flow {
  readonly what: string;
  readonly bitsPerSecond: number;
}
