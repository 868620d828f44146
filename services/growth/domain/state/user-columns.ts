import type { Day } from "../figures/days.ts";
import { UserChunk } from "./columns.ts";
import type { PersonId } from "./people.ts";

/** What never changes of the users that are in no full, stored chunk yet. */
export class UserColumns {
  #open = new UserChunk(0);
  #full: UserChunk[] = [];

  /** A user was added, behind all others. */
  add(revenue: number, referrer: number, person: PersonId | undefined, joined: Day): void {
    this.#open.add(revenue, referrer, person, joined);
    if (!this.#open.isFull) return;
    this.#full.push(this.#open);
    this.#open = new UserChunk(this.#open.index + 1);
  }

  /** Goes on with a chunk that was stored. */
  goOn(open: UserChunk): void {
    this.#open = open;
  }

  /** The chunks that were filled since it was last asked, and the one that is not full. */
  take(): { readonly full: readonly UserChunk[]; readonly open: UserChunk } {
    const full = this.#full;
    this.#full = [];
    return { full, open: this.#open };
  }
}
