import { type Amounts, mapAmounts, NOTHING, type NodeLimits, UNLIMITED } from "../amounts.ts";
import type { LimitPath } from "../limits/path.ts";
import { type Claim, divide } from "../shares/divide.ts";
import { Division } from "../shares/division.ts";
import { type Given, reservedFor, wantsOf } from "./lease.ts";
import { Tally } from "./tally.ts";

/** A holder of a lease of one node. */
export interface HolderOf {
  readonly path: LimitPath;
  readonly holder: string;
}

/** A lease that was given, and what it counts for at this moment, here and in every node above. */
export interface Entry {
  readonly given: Given;
  readonly reserved: Amounts;
  readonly wants: Amounts;
  readonly isLive: boolean;
}

type Counted = Omit<Entry, "given">;

const NO_ENTRY: Counted = { reserved: NOTHING, wants: NOTHING, isLive: false };

type OfResources<T> = Readonly<Record<keyof Amounts, T>>;

/**
 * A node that has holders, or has such a node below it. What is leased and wanted below it is kept up with
 * every lease that changes, and so is the division among its children: a renewal costs a look at the nodes
 * from its own to the root, however many there are beside them.
 */
export class LeasedNode {
  readonly path: LimitPath;
  readonly parent: LeasedNode | undefined;
  /** As long as the book is the same. */
  readonly limits: NodeLimits | undefined;
  /** Its own, or that of a node above it, if that is less. */
  readonly ceiling: Amounts;
  readonly children = new Map<LimitPath, LeasedNode>();
  /** By the holder's name. */
  readonly given = new Map<string, Entry>();
  /** Kept for all holders here and below. */
  readonly leased = new Tally();
  /** Of that: for holders whose leases last, and the safe shares of those that fell silent. */
  readonly ofLive = new Tally();
  readonly ofSilent = new Tally();
  readonly wanted = new Tally();
  /** Leases that have not ended, here and below. */
  #live = 0;
  readonly #divisions: OfResources<Division> = { ops: new Division(), bytes: new Division() };
  /** What it claims of its parent. */
  #claims: OfResources<Claim> | undefined;

  constructor(path: LimitPath, parent: LeasedNode | undefined, limits: NodeLimits | undefined) {
    this.path = path;
    this.parent = parent;
    this.limits = limits;
    const above = parent?.ceiling ?? UNLIMITED;
    const own = limits?.ceiling ?? NOTHING;
    this.ceiling = mapAmounts((r) => Math.min(own[r], above[r]));
    parent?.children.set(path, this);
  }

  get isEmpty(): boolean {
    return this.given.size === 0 && this.children.size === 0;
  }

  /** Remembers a lease as it counts now, or that there is none any more; here and above. */
  give(holder: string, given: Given | undefined, nowMs: number): void {
    const before = this.given.get(holder);
    const after = given && entryOf(given, nowMs);
    if (after) this.given.set(holder, after);
    else this.given.delete(holder);
    for (let node: LeasedNode | undefined = this; node; node = node.parent) {
      node.#count(before ?? NO_ENTRY, after ?? NO_ENTRY);
    }
  }

  /** Leaves its parent: it is empty. */
  leave(): void {
    this.parent?.children.delete(this.path);
    this.#claim(undefined);
  }

  /** What may be leased of it and all below. */
  capacity(): Amounts {
    if (!this.parent) return this.limits?.ceiling ?? NOTHING;
    return this.parent.parts().ofChild(this);
  }

  /** What its children and its holders would have now, were it divided anew. */
  parts(capacity: Amounts = this.capacity()): Parts {
    if (this.given.size === 0) {
      const ops = this.#divisions.ops.partsOf(capacity.ops);
      const bytes = this.#divisions.bytes.partsOf(capacity.bytes);
      return {
        ofChild: ({ claims }) => ({ ops: ops(claims.ops), bytes: bytes(claims.bytes) }),
        ofHolder: () => NOTHING,
      };
    }
    return this.#partsOfHolders(capacity);
  }

  /**
   * Are the safe shares of the silent kept for them? Not when they alone are more than there is, since a
   * limit was lowered that they have not heard of: who can be reached is not shut out for them.
   */
  keepsSilent(resource: keyof Amounts, capacity: number): boolean {
    return this.ofSilent[resource] <= capacity;
  }

  get claims(): OfResources<Claim> {
    return this.#claims ?? claimsOf(this, false);
  }

  #count(before: Counted, after: Counted): void {
    this.leased.replace(before.reserved, after.reserved);
    this.ofLive.replace(reservedIf(before, true), reservedIf(after, true));
    this.ofSilent.replace(reservedIf(before, false), reservedIf(after, false));
    this.wanted.replace(before.wants, after.wants);
    this.#live += Number(after.isLive) - Number(before.isLive);
    this.#claim(claimsOf(this, this.#live > 0));
  }

  #claim(claims: OfResources<Claim> | undefined): void {
    const before = this.#claims;
    this.#claims = claims;
    if (!this.parent) return;
    const divisions = this.parent.#divisions;
    for (const r of ["ops", "bytes"] as const) {
      if (before) divisions[r].remove(before[r]);
      if (claims) divisions[r].add(claims[r]);
    }
  }

  /** Its own holders are few; what children there are besides is divided with them. */
  #partsOfHolders(capacity: Amounts): Parts {
    const children = [...this.children.values()];
    const holders = [...this.given];
    const partsOf = (r: keyof Amounts) => {
      const equal = capacity[r] === Infinity ? Infinity : Math.floor(capacity[r] / holders.length);
      const room = { capacity: capacity[r], equal, isKept: this.keepsSilent(r, capacity[r]) };
      return divide(capacity[r], [
        ...children.map(({ claims }) => claims[r]),
        ...holders.map(([, entry]) => claimOfHolder(entry, room, r)),
      ]);
    };
    const parts = { ops: partsOf("ops"), bytes: partsOf("bytes") };
    const partAt = (i: number) => mapAmounts((r) => parts[r][i]);
    const ofChildren = new Map(children.map((child, i) => [child, partAt(i)]));
    const ofHolders = new Map(
      holders.map(([holder], i) => [holder, partAt(children.length + i)] as const),
    );
    return {
      ofChild: (child) => ofChildren.get(child) ?? NOTHING,
      ofHolder: (holder) => ofHolders.get(holder) ?? NOTHING,
    };
  }
}

/** One node, divided. */
export interface Parts {
  ofChild(child: LeasedNode): Amounts;
  ofHolder(holder: string): Amounts;
}

function entryOf(given: Given, nowMs: number): Entry {
  return {
    given,
    reserved: mapAmounts((r) => reservedFor(given, r, nowMs)),
    wants: wantsOf(given, nowMs),
    isLive: nowMs < given.untilMs,
  };
}

function reservedIf({ reserved, isLive }: Counted, live: boolean): Amounts {
  return isLive === live ? reserved : NOTHING;
}

function claimsOf(node: LeasedNode, isLive: boolean): OfResources<Claim> {
  return { ops: claimOfChild(node, isLive, "ops"), bytes: claimOfChild(node, isLive, "bytes") };
}

function claimOfChild(
  { limits, wanted }: LeasedNode,
  isLive: boolean,
  resource: keyof Amounts,
): Claim {
  return {
    assured: limits?.rate[resource] ?? 0,
    ceiling: limits?.ceiling[resource] ?? Infinity,
    wants: wanted[resource],
    weight: limits?.weight ?? 1,
    priority: limits?.priority ?? 0,
    // Who is assured nothing begins with its safe share.
    idle: isLive ? Math.max(limits?.rate[resource] ?? 0, limits?.safe[resource] ?? 0) : 0,
  };
}

/** What holders of one node divide. */
interface Room {
  readonly capacity: number;
  readonly equal: number;
  /** The safe shares of the silent are. */
  readonly isKept: boolean;
}

/** Holders of one node are equals. Who fell silent keeps its safe share, and nothing else. */
function claimOfHolder(
  { given, wants, isLive }: Entry,
  { capacity, equal, isKept }: Room,
  resource: keyof Amounts,
): Claim {
  const safe = given.safe[resource];
  return {
    assured: isLive ? equal : isKept ? safe : Math.min(safe, equal),
    ceiling: isLive ? capacity : safe,
    wants: wants[resource],
    weight: 1,
    priority: 0,
    idle: isLive ? equal : 0,
  };
}
