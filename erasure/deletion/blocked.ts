import type { Item } from "../ports.ts";

/** An item that the store would not delete, with what it keeps from being deleted. */
export interface Blocked extends Item {
  readonly reason: string;
  /** From the root to the item, each kept because the next is still there. */
  readonly path: readonly Item[];
}

/** More than these mean that the store is ill: the scan stops. */
export const MAX_BLOCKED = 1_000;
const MAX_LINKS = 100_000;

/** The store refuses too much for going on to make sense. */
export class TooManyBlocked extends Error {
  override readonly name = "TooManyBlocked";
}

/** What stays in a scan: items that could not be deleted, and those kept because something hangs on them. */
export class Staying {
  readonly #reasons: (Item & { readonly reason: string })[] = [];
  readonly #keptFor = new Map<string, Item>();
  /** Kept or blocked so far. */
  readonly #stays = new Set<string>();
  /** Kept by nothing that stays for a reason of its own: what refers to them was not found. */
  readonly #stuck: (Item & { readonly reason: string })[] = [];
  /** Items kept for others. */
  kept = 0;

  get blockedCount(): number {
    return this.#reasons.length;
  }

  block(item: Item, reason: string): void {
    if (this.#reasons.length >= MAX_BLOCKED) throw new TooManyBlocked();
    this.#reasons.push({ ...item, reason });
    this.#stays.add(keyOf(item));
  }

  /** `parent` stays because these are still there. A reference to itself keeps nothing. */
  keep(parent: Item, referring: readonly Item[], reason: string): void {
    const children = referring.filter(
      ({ table, id }) => table !== parent.table || id !== parent.id,
    );
    this.kept += 1;
    if (this.#stays.size < MAX_LINKS) this.#stays.add(keyOf(parent));
    const isStuck = !children.some((child) => this.#stays.has(keyOf(child)));
    if (isStuck && this.#stuck.length < MAX_BLOCKED) this.#stuck.push({ ...parent, reason });
    for (const child of children) {
      if (this.#keptFor.size >= MAX_LINKS) return;
      if (!this.#keptFor.has(keyOf(child))) this.#keptFor.set(keyOf(child), parent);
    }
  }

  /** No further scan will help: what is stuck is blocked, and what it keeps is kept for it. */
  giveUp(): void {
    for (const { reason, ...item } of this.#stuck.splice(0)) {
      this.kept -= 1;
      this.block(item, reason);
    }
  }

  blocked(): readonly Blocked[] {
    return this.#reasons.map((item) => ({ ...item, path: this.#pathTo(item) }));
  }

  #pathTo({ table, id }: Item): readonly Item[] {
    const path: Item[] = [{ table, id }];
    const seen = new Set([keyOf(path[0])]);
    for (let at = this.#keptFor.get(keyOf(path[0])); at; at = this.#keptFor.get(keyOf(at))) {
      if (seen.has(keyOf(at))) break;
      seen.add(keyOf(at));
      path.unshift(at);
    }
    return path;
  }
}

function keyOf({ table, id }: Item): string {
  return `${typeof id} ${table} ${id}`;
}
