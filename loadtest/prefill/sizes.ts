import { totalmem } from "node:os";
import { availableMemory, constrainedMemory } from "node:process";
import type { Population } from "../../population/population.ts";
import { SHARD_COUNT } from "../../services/model/shards.ts";
import { ringBytes } from "../../services/timeline/domain/rings/ring-memory.ts";
import type { OwnerSlice, Viewers } from "./viewers.ts";

/** The friends of one viewer, as the owner keeps them: about (TIDINGS_TIMELINE_FRIEND_SET_MIB). */
const FRIEND_SET_BYTES = 2_048;
/** Shards have equal chances, not equal numbers of viewers; and people come back while a run lasts. */
const HEADROOM = 1.1;
/** Of a machine's memory, for timelines: the rest is for stores, other services and the generator. */
const TIMELINE_SHARE = 0.5;
const MIB = 1_024 * 1_024;
const GIB = 1_024 * MIB;
const DEFAULT_FRIEND_SET_MIB = 512;

/** Bytes that timelines may take on this machine, or in this container. */
export function timelineMemory(): number {
  const limit = constrainedMemory();
  return TIMELINE_SHARE * Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY);
}

/** Bytes of one viewer's full ring and friends. */
function bytesAViewer(ringEntries: number): number {
  return ringBytes(ringEntries) + FRIEND_SET_BYTES;
}

export interface FittingSlice {
  /** One of so many owners fits, and not one of fewer. */
  readonly owners: number;
  /** Of one of them. */
  readonly viewers: number;
  readonly bytes: number;
  /** Sentences, for the report. */
  readonly reasons: readonly string[];
}

/** The largest slice by owner that fits. Throws RangeError when not even one shard does. */
export function smallestOwners(
  { active }: Pick<Population, "active">,
  { ringEntries, memoryBytes }: { readonly ringEntries: number; readonly memoryBytes: number },
): FittingSlice {
  const each = bytesAViewer(ringEntries);
  const all = active.count * each * HEADROOM;
  const owners = Math.max(1, Math.ceil(all / memoryBytes));
  const figures =
    `${active.count} active people x (${ringEntries} entries in ${ringBytes(ringEntries)} B + ` +
    `${FRIEND_SET_BYTES} B of friends) + ${Math.round(100 * (HEADROOM - 1))}% = ${sizeText(all)}`;
  if (owners > SHARD_COUNT) {
    throw new RangeError(
      `${figures}: one of ${SHARD_COUNT} shards exceeds ${sizeText(memoryBytes)}`,
    );
  }
  const bytes = all / owners;
  return {
    owners,
    viewers: Math.ceil(active.count / owners),
    bytes,
    reasons: [
      figures,
      `memory for timelines: ${sizeText(memoryBytes)}`,
      owners === 1
        ? "so everyone's timelines fit: one owner"
        : `so the smallest number of owners of which one fits is ${owners}: ${sizeText(bytes)} each`,
    ],
  };
}

/** In MiB or GiB, for people. */
export function sizeText(bytes: number): string {
  if (bytes < GIB) return `${Math.ceil(bytes / MIB)} MiB`;
  return `${(bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0)} GiB`;
}

/** Variables that give the services room for a slice; a run on it sets the same. */
export function roomFor(viewers: Viewers, ringEntries: number): Readonly<Record<string, string>> {
  const most = HEADROOM * Math.max(...viewers.counts);
  const slabMib = Math.ceil((most * ringBytes(ringEntries)) / MIB) + 16;
  const friendSetMib = Math.ceil((most * FRIEND_SET_BYTES) / MIB);
  return {
    TIDINGS_TIMELINE_RING_ENTRIES: String(ringEntries),
    TIDINGS_TIMELINE_SLAB_MIB: String(slabMib),
    TIDINGS_TIMELINE_FRIEND_SET_MIB: String(Math.max(DEFAULT_FRIEND_SET_MIB, friendSetMib)),
  };
}

/** Throws RangeError, naming a slice that would do, when the timelines do not fit into free memory. */
export function checkMemory({
  population,
  viewers,
  slice,
  ringEntries,
  free = availableMemory(),
}: {
  readonly population: Population;
  readonly viewers: Viewers;
  readonly slice: OwnerSlice;
  readonly ringEntries: number;
  readonly free?: number;
}): void {
  const count = viewers.counts.reduce((sum, one) => sum + one, 0);
  const needed = count * bytesAViewer(ringEntries);
  if (needed <= free) return;
  const { owners } = smallestOwners(population, { ringEntries, memoryBytes: timelineMemory() });
  throw new RangeError(
    `${count} timelines of ${ringEntries} entries take ${sizeText(needed)}, and ${sizeText(free)} are free. ` +
      `Fill one of ${Math.max(owners, slice.owners + 1)} owners (--owners), fewer people, or shorter ` +
      "rings (--ring).",
  );
}
