import type { LimitStore } from "../ports.ts";
import { type Amounts, NOTHING } from "./amounts.ts";
import type { Boot, StoredBoot } from "./boot.ts";
import type { LimitPath } from "./limits/path.ts";

/** VMs whose last boot is remembered; then the one whose burst was not used for longest is forgotten. */
export const MAX_BOOTS = 100_000;
/** So many writes has a term of the seat. */
const TERM_BITS = 40n;

interface Known {
  readonly bootId: string;
  left: Amounts;
}

/**
 * One-time bursts, each given once, whatever crashes: that a boot began is durable before its burst can be
 * used, and what was used of it before that is answered. So a coordinator that comes after this one goes on
 * with what is left. All that changes while one write is on its way is the next one.
 */
export class Boots {
  readonly #store: Pick<LimitStore, "keepBoots" | "forgetBoots">;
  /** Begun, by path; who was written longest ago comes first. */
  readonly #boots = new Map<LimitPath, Known>();
  /** Not known to be durable yet: until then the boot before it goes on. */
  readonly #beginning = new Map<LimitPath, Known>();
  readonly #changed = new Set<LimitPath>();
  #order: bigint;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param term of the seat: what an earlier one still has on its way is older than all that is written here */
  constructor(
    store: Pick<LimitStore, "keepBoots" | "forgetBoots">,
    stored: readonly StoredBoot[],
    term: bigint,
  ) {
    this.#store = store;
    const sorted = stored.toSorted((a, b) => (a.order < b.order ? -1 : 1));
    const newest = sorted.at(-1)?.order ?? 0n;
    const first = term << TERM_BITS;
    this.#order = newest > first ? newest : first;
    for (const { path, bootId, left } of sorted) {
      this.#boots.set(path, { bootId, left });
    }
  }

  /** Nothing when no boot of the node is remembered. */
  leftOf(path: LimitPath): Amounts {
    return this.#boots.get(path)?.left ?? NOTHING;
  }

  /** Resolves to false when this boot had its burst before. */
  async begin({ path, bootId, left }: Boot): Promise<boolean> {
    if (this.#boots.get(path)?.bootId === bootId) return false;
    let boot = this.#beginning.get(path);
    if (boot?.bootId !== bootId) {
      boot = { bootId, left };
      this.#beginning.set(path, boot);
    }
    await this.#write(path);
    // Somebody else may have asked for the same, or for another boot, meanwhile.
    if (this.#beginning.get(path) !== boot) return false;
    this.#beginning.delete(path);
    this.#boots.delete(path);
    this.#boots.set(path, boot);
    await this.#forgetOldest();
    return true;
  }

  /** So much is left now of the node's burst; resolves when that, or the next boot, is durable. */
  async spent(path: LimitPath, left: Amounts): Promise<void> {
    const known = this.#boots.get(path);
    if (!known) return;
    known.left = left;
    await this.#write(path);
  }

  #write(path: LimitPath): Promise<void> {
    this.#changed.add(path);
    this.#next ??= this.#writing.then(() => this.#writeChanged());
    return this.#next;
  }

  async #writeChanged(): Promise<void> {
    this.#next = undefined;
    const paths = [...this.#changed];
    this.#changed.clear();
    const order = ++this.#order;
    const boots = paths.flatMap((path) => {
      const known = this.#boots.get(path);
      if (known) {
        this.#boots.delete(path);
        this.#boots.set(path, known);
      }
      const boot = this.#beginning.get(path) ?? known;
      return boot ? [{ path, bootId: boot.bootId, left: boot.left, order }] : [];
    });
    // What fails was not answered: whoever asks again writes it again.
    const written = this.#store.keepBoots(boots);
    this.#writing = written.catch(() => {});
    await written;
  }

  async #forgetOldest(): Promise<void> {
    if (this.#boots.size <= MAX_BOOTS) return;
    const [oldest] = this.#boots.keys();
    this.#boots.delete(oldest);
    await this.#store.forgetBoots([oldest], ++this.#order);
  }
}
