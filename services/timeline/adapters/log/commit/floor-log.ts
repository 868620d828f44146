import type { Rings } from "../../../domain/rings/rings.ts";
import { FLOOR } from "../records/records.ts";
import type { GroupCommit } from "./group-commit.ts";

/**
 * Logs floors that evictions raised, before an entry is dropped for being below one. Without it a
 * replay that evicts less could have a lower floor, and lack that entry above it (lemma L5).
 */
export class FloorLog {
  readonly #rings: Rings;
  readonly #commit: GroupCommit;
  #unsynced: Promise<void> | undefined;

  constructor(rings: Rings, commit: GroupCommit) {
    this.#rings = rings;
    this.#commit = commit;
  }

  /** Resolves when this ring's floor is durable; undefined when it is so already. */
  relyOn(slot: number): Promise<void> | undefined {
    const rings = this.#rings;
    if (!rings.floorIsLogged(slot)) {
      rings.setFloorLogged(slot);
      const viewer = { low: rings.viewerLow(slot), high: rings.viewerHigh(slot) };
      const floorLow = rings.floorLow(slot);
      const floorHigh = rings.floorHigh(slot);
      this.#commit.pending.state({ kind: FLOOR, viewer, floorLow, floorHigh });
      this.#remember(this.#commit.commit());
    }
    return this.#unsynced;
  }

  /** Perhaps another ring's: waiting for that one's sync too does no harm. */
  #remember(done: Promise<void>): void {
    if (this.#unsynced === done) return;
    this.#unsynced = done;
    const forget = () => {
      if (this.#unsynced === done) this.#unsynced = undefined;
    };
    done.then(forget, forget);
  }
}
