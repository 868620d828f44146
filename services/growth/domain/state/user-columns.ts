import type { Day } from "../figures/days.ts";
import { CHUNK_USERS, UserChunk } from "./columns.ts";
import type { PersonId } from "./people.ts";

/** What never changes of the users that are in no full, stored chunk yet. */
export class UserColumns {
  #open = new UserChunk(0);
  #full: UserChunk[] = [];
  /** Chunks of whose users one was forgotten. */
  #forgotten = new Set<number>();

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

  /** Nobody is this user any more. */
  forget(user: number): void {
    const index = Math.floor((user - 1) / CHUNK_USERS);
    const chunk =
      index === this.#open.index ? this.#open : this.#full.find((one) => one.index === index);
    chunk?.forget((user - 1) % CHUNK_USERS);
    this.#forgotten.add(index);
  }

  /** The chunks that were filled since it was last asked, and the one that is not full. */
  take(): {
    readonly full: readonly UserChunk[];
    readonly open: UserChunk;
    /** By index: those that were taken before must be stored again. */
    readonly forgotten: ReadonlySet<number>;
  } {
    const [full, forgotten] = [this.#full, this.#forgotten];
    this.#full = [];
    this.#forgotten = new Set();
    return { full, open: this.#open, forgotten };
  }
}
