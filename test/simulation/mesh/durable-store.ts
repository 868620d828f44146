import { SimulatedDisk } from "../../../services/platform/storage/log/testing/simulated-disk.ts";
import { openOn } from "../../../services/timeline/adapters/log/testing/open-on.ts";
import type { EntryStore } from "../../../services/timeline/ports.ts";
import { MemoryEntryStore } from "../../../services/timeline/testing/memory-entry-store.ts";
import type { Dice } from "./dice.ts";
import type { Network } from "./network.ts";

/** Where the entries of one timeline process outlive it. */
export interface DurableStore {
  readonly ringEntries: number;
  /** Rejects when the machine dies meanwhile. `fatal`: it died later. */
  open(fatal: () => void): Promise<EntryStore>;
  /** The machine dies at its n-th file system operation from now (0: now). */
  dieAt(operation: number): void;
  /** What a machine would find afterwards. */
  afterDeath(isLost: boolean): void;
}

export const EMBEDDED_RING_ENTRIES = 124;
const PLENTY_BYTES = 1 << 20;
const SHORT_BYTES = 20 * 512;

/** The embedded store on a simulated disk; its segments and snapshots are tiny, so that they turn. */
export function diskStore(
  dice: Dice,
  isShort: boolean,
  report: (problem: string) => void,
): DurableStore {
  let disk = new SimulatedDisk();
  return {
    ringEntries: EMBEDDED_RING_ENTRIES,
    open: async (fatal) => {
      const store = await openOn(disk, {
        limits: {
          maxRingEntries: EMBEDDED_RING_ENTRIES,
          maxSlabBytes: isShort ? SHORT_BYTES : PLENTY_BYTES,
        },
        maxSegmentBytes: 2_000,
        snapshotLogBytes: 5_000,
        snapshotSliceBytes: 600,
        fatal,
      });
      // A power failure is no damage: what it leaves can be read.
      const names = await disk.list("/data");
      if (names.some((name) => name.startsWith("damaged"))) report("the log was found damaged");
      return store;
    },
    dieAt: (operation) => {
      disk.diesAt = disk.operations + operation;
    },
    afterDeath: (isLost) => {
      disk = isLost ? new SimulatedDisk() : disk.afterPowerFailure(dice.random);
    },
  };
}

/** The model of a store, for rings far smaller than the embedded one allows; a death loses all. */
export function memoryStore(network: Network, ringEntries: number): DurableStore {
  return {
    ringEntries,
    open: async () => {
      const store = new MemoryEntryStore(ringEntries);
      let last = Promise.resolve();
      // As a log would: slow, and in the order of the calls.
      store.sync = () => {
        last = last.then(() => network.travel());
        return last;
      };
      return store;
    },
    dieAt: () => {},
    afterDeath: () => {},
  };
}
