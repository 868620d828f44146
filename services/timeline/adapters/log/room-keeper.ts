import type { UserId } from "../../../model/ids.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { userIdOfHalves } from "../../domain/halves.ts";
import { leastRead } from "../../domain/rings/least-read.ts";
import type { Rings } from "../../domain/rings/rings.ts";

/** Of all chunks; twice as much once room is made. */
export const SPARE_PART = 1 / 16;
/** Groups of the log until the next look, when there was nobody to go. */
const GROUPS_OF_REST = 1_000;

/**
 * Keeps some of the slabs free, for newcomers and for rings that grow: whom nobody read for longest becomes
 * inactive, durably, and is filled again when read. Else who came first would keep full rings, and who
 * came later nothing.
 */
export class RoomKeeper {
  readonly #rings: Rings;
  readonly #lapse: (viewers: readonly UserId[]) => Promise<number>;
  readonly #log: Logger;
  readonly #sparePart: number;
  #isBusy = false;
  #rest = 0;

  constructor(
    rings: Rings,
    lapse: (viewers: readonly UserId[]) => Promise<number>,
    log: Logger,
    sparePart: number,
  ) {
    this.#rings = rings;
    this.#lapse = lapse;
    this.#log = log;
    this.#sparePart = sparePart;
  }

  /** After a group was applied. */
  look(): void {
    const { chunks } = this.#rings.memory;
    if (chunks.usedCount <= chunks.maxCount * (1 - this.#sparePart) || this.#isBusy) return;
    if (this.#rest > 0) this.#rest--;
    else
      void this.#makeRoom(
        Math.ceil(chunks.usedCount - chunks.maxCount * (1 - 2 * this.#sparePart)),
      );
  }

  async #makeRoom(wantedChunks: number): Promise<void> {
    const slots = leastRead(this.#rings.memory, wantedChunks);
    if (slots.length === 0) this.#rest = GROUPS_OF_REST;
    const rings = this.#rings;
    const viewers = slots.map((slot) =>
      userIdOfHalves(rings.viewerHigh(slot), rings.viewerLow(slot)),
    );
    if (viewers.length === 0) return;
    this.#isBusy = true;
    try {
      const count = await this.#lapse(viewers);
      const remedy = "raise TIDINGS_TIMELINE_SLAB_MIB, or add timeline processes";
      this.#log.warn(
        { viewers: count, remedy },
        "slabs are full: who read least lately is inactive",
      );
    } catch {
      // The log has ended, and the process with it.
    } finally {
      this.#isBusy = false;
    }
  }
}
