import type { UserId } from "../../../model/ids.ts";

/** Of more viewers nothing is remembered. */
const MAX_VIEWERS = 100_000;

/**
 * Edges of which a viewer's owner was told that they may have changed, in the order in which it was: what was
 * found out of an edge settles only what was told of it before.
 */
export class ToldEdges {
  readonly #byViewer = new Map<UserId, Map<UserId, number>>();
  #last = 0;

  /** False: there are too many viewers, nothing is noted. */
  note(viewer: UserId, others: readonly UserId[]): boolean {
    if (this.#byViewer.size >= MAX_VIEWERS && !this.#byViewer.has(viewer)) return false;
    const number = ++this.#last;
    const own = this.#byViewer.getOrInsertComputed(viewer, () => new Map());
    for (const other of others) own.set(other, number);
    return true;
  }

  /** What was told until now has numbers up to this. */
  get last(): number {
    return this.#last;
  }

  has(viewer: UserId): boolean {
    return this.#byViewer.size > 0 && this.#byViewer.has(viewer);
  }

  of(viewer: UserId): UserId[] {
    const own = this.#byViewer.get(viewer);
    return own ? [...own.keys()] : [];
  }

  /** Of these edges, or all, is known what was told up to this number. */
  settle(viewer: UserId, upTo: number, others: readonly UserId[] = this.of(viewer)): void {
    const own = this.#byViewer.get(viewer);
    if (!own) return;
    for (const other of others) {
      const number = own.get(other);
      if (number !== undefined && number <= upTo) own.delete(other);
    }
    if (own.size === 0) this.#byViewer.delete(viewer);
  }

  forgetWhere(isGone: (viewer: UserId) => boolean): void {
    for (const viewer of [...this.#byViewer.keys()]) if (isGone(viewer)) this.forget(viewer);
  }

  forget(viewer: UserId): void {
    this.#byViewer.delete(viewer);
  }
}
