/** What names an item within its table. Ids of one table are of one type; numbers are safe integers. */
export type Id = string | number | bigint;

/** Ids by table. An empty list says as little as a missing table; an id may stand there twice. */
export type ByTable = Readonly<Record<string, readonly Id[]>>;

/** One item. */
export interface Item {
  readonly table: string;
  readonly id: Id;
}

/** All at once, or in parts when there may be many. */
export type Answer = ByTable | Promise<ByTable> | AsyncIterable<ByTable>;

/**
 * What the walk asks of a store. Two methods are enough; each of the others is for stores that can do
 * better, or that hold what the two can't say.
 */
export interface ItemStore {
  /** The items, still there, that refer to any of these: what must go before they may. */
  getForeignKeys(table: string, ids: readonly Id[]): Answer;
  /**
   * Deletes these. What is gone already is deleted. Rejects with RefusedItems when all went but some,
   * with any other error when it is not known which went.
   */
  delete(table: string, ids: readonly Id[]): Promise<void> | void;
  /** As getForeignKeys, an answer for each id in their order. Without it one id is asked for at a time. */
  getForeignKeysEach?(
    table: string,
    ids: readonly Id[],
  ): Promise<readonly ByTable[]> | readonly ByTable[];
  /** Deletes items that refer to each other, all or none. Without it they go table by table. */
  deleteTogether?(items: ByTable): Promise<void> | void;
  /** What these hold a counted reference to: it goes with the last of its holders. */
  getHeld?(table: string, ids: readonly Id[]): Promise<ByTable> | ByTable;
  /** Who holds each of these, in their order. */
  getHolders?(table: string, ids: readonly Id[]): Promise<readonly ByTable[]> | readonly ByTable[];
  /** False: nothing can ever refer to items of this table, so nobody need ask. */
  mayBeReferred?(table: string): boolean;
  /** True: delete refuses what something refers to, in one transaction, so nobody need ask before. */
  readonly refusesReferred?: boolean;
  /** Items that stay, but not as they are, when these go: for a dry run to tell. */
  getChanges?(table: string, ids: readonly Id[]): AsyncIterable<Changes>;
  /** Throws with the names of what is wrong when a walk may not start at this item. */
  check?(root: Item): Promise<void> | void;
}

/** Items to which the same is done when what they refer to goes. */
export interface Changes {
  /** What: "orders(buyer) -> users(id): set to NULL". */
  readonly change: string;
  readonly items: ByTable;
  /** What keeps these as they are, and what they refer to with them. */
  readonly hindrances?: readonly Hindrance[];
}

/** Why a change can't be: of any of the items, but for what is said. */
export interface Hindrance {
  readonly reason: string;
  /** Only when this goes, too. */
  readonly ifGone?: Item;
  /** Only while one of those stays which this says refer to them. */
  referring?(ids: readonly Id[]): AsyncIterable<ByTable>;
}

export interface Refusal {
  readonly id: Id;
  readonly reason: string;
  /** Something still refers to it. It may go once that is gone. */
  readonly referred?: boolean;
}

/**
 * The store can't be used now, whatever it is asked: nothing is blocked for its own sake. The walk is stopped when
 * trying again has not helped, and rejects with this.
 */
export class StoreAway extends Error {
  override readonly name = "StoreAway";
}

/** Of a batch these stayed; the others are deleted. */
export class RefusedItems extends Error {
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(`${refusals.length} items were refused; the first: ${refusals[0]?.reason ?? "none"}`);
    this.name = "RefusedItems";
    this.refusals = refusals;
  }
}
