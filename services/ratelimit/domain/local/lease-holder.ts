import { type Amounts, MAX_RATE, mapAmounts, NOTHING, OPS_RATE_SECONDS } from "../amounts.ts";
import type { Released } from "../leases/coordinator.ts";
import { type Ask, type Lease, usable } from "../leases/lease.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";
import type { LocalPoint } from "./local-node.ts";
import type { LocalTree } from "./local-tree.ts";

/** Two clocks of one machine, ms. */
export interface Times {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** What became of one ask. */
export type Grant =
  | { readonly kind: "leased"; readonly lease: Lease }
  | { readonly kind: "no-limit" }
  | { readonly kind: "learning"; readonly retryMs: number };

interface Held {
  readonly point: LocalPoint;
  lease: Lease;
  asked: Times;
  /** When its demand was last read. */
  readMs: number;
  wants: Amounts;
  nextAskMs: number;
  isAsking: boolean;
  usedMs: number;
}

/** A path that no lease covers yet. */
interface Sought {
  nextAskMs: number;
  isAsking: boolean;
}

/** When the lease is too small, it asks at once, but not more often. */
const MIN_ASK_MS = 100;
const RETRY_MS = 1_000;
/** A lease that nobody used so long is given back. */
const IDLE_MS = 60_000;
export const MAX_ASKS = 1_000;
const MAX_SOUGHT = 10_000;

/**
 * The leases of one process: when to ask for which, and what each gives meanwhile. Pure: what is due is
 * asked for by its caller, who brings the answer back. The lengths of leases count from when they were
 * asked for.
 */
export class LeaseHolder {
  readonly #tree: LocalTree;
  readonly #held = new Map<LimitPath, Held>();
  readonly #sought = new Map<LimitPath, Sought>();
  #knowsLimits = false;
  /** To be given back. */
  readonly #gone: Released[] = [];

  constructor(tree: LocalTree) {
    this.#tree = tree;
  }

  get held(): number {
    return this.#held.size;
  }

  /** Has the coordinator answered ever? Then the tree's book is not empty for not being known. */
  get knowsLimits(): boolean {
    return this.#knowsLimits;
  }

  /** A path is asked about that no lease covers. */
  seek(path: LimitPath, nowMs: number): void {
    if (this.#sought.has(path)) return;
    if (this.#sought.size >= MAX_SOUGHT) this.#forgetOldest();
    this.#sought.set(path, { nextAskMs: nowMs, isAsking: false });
  }

  /** What to ask for now, new paths first; each counts as being asked until it is answered. */
  asksDue(times: Times): readonly Ask[] {
    const nowMs = times.monotonicMs;
    const asks: Ask[] = [];
    for (const [path, sought] of this.#sought) {
      if (asks.length >= MAX_ASKS) break;
      if (sought.isAsking || nowMs < sought.nextAskMs) continue;
      sought.isAsking = true;
      asks.push({ path, wants: NOTHING, has: NOTHING, ageMs: undefined });
    }
    for (const [path, held] of this.#held) {
      if (asks.length >= MAX_ASKS) break;
      const { point, lease, asked } = held;
      const isUrgent = point.isPressed && isNews(held) && nowMs - asked.monotonicMs >= MIN_ASK_MS;
      if (held.isAsking || (nowMs < held.nextAskMs && !isUrgent)) continue;
      held.isAsking = true;
      readDemand(held, nowMs);
      const age = ageOf(asked, times);
      const has = usable(lease, age);
      const { returned } = point;
      // Once, even when the call fails: what is not heard of is lost, never there twice.
      point.returned = NOTHING;
      const { safe } = lease;
      asks.push({ path, wants: held.wants, has, safe, ageMs: age.monotonicMs, returned });
    }
    return asks;
  }

  /** The answer to some asks that were sent at `asked`. */
  answered(asks: readonly Ask[], grants: readonly Grant[], asked: Times, nowUs: number): void {
    this.#knowsLimits = true;
    asks.forEach(({ path }, i) => {
      const grant = grants[i];
      if (grant?.kind === "no-limit") this.#sought.delete(path);
      if (grant?.kind === "leased") this.#take(path, grant.lease, asked, nowUs);
      else this.#wait(path, asked.monotonicMs, grant);
    });
  }

  /** Nobody answered: what is held is kept as long as it lasts. */
  failed(asks: readonly Ask[], asked: Times): void {
    for (const { path } of asks) this.#wait(path, asked.monotonicMs, undefined);
  }

  /** Brings every lease to what it gives now: leases end by time alone. */
  apply(times: Times, nowUs: number): void {
    for (const [path, { lease, asked }] of this.#held) {
      const rate = usable(lease, ageOf(asked, times));
      this.#tree.hold(path, { rate, burst: lease.burst, tokens: NOTHING, isFresh: false }, nowUs);
    }
  }

  setBook(book: LimitBook, nowUs: number): void {
    const gone = this.#tree.setBook(book, nowUs);
    for (const path of gone) this.#held.delete(path);
    this.#gone.push(...gone.map((path) => ({ path, left: NOTHING, isWhole: false })));
    this.#sought.clear();
  }

  /** Asks for these anew at the next chance; for everything when none are named. */
  askSoon(paths: Iterable<LimitPath> = this.#held.keys()): void {
    for (const path of paths) {
      const held = this.#held.get(path);
      if (held) held.nextAskMs = -Infinity;
    }
  }

  /** Lets go of leases that nobody uses, and names them; all of them when closing. */
  letGo(nowMs: number, nowUs: number, isClosing = false): readonly Released[] {
    const gone = this.#gone.splice(0);
    for (const [path, held] of this.#held) {
      const { point } = held;
      if (point.askedOps > 0 || point.askedBytes > 0) held.usedMs = nowMs;
      const left = this.#tree.inHand(point, nowUs);
      if (!isClosing) {
        if (nowMs - held.usedMs < IDLE_MS || held.isAsking) continue;
        if (!this.#tree.drop(path, nowUs)) continue;
      }
      this.#held.delete(path);
      gone.push({ path, left, isWhole: !isClosing });
    }
    return gone;
  }

  #forgetOldest(): void {
    for (const [path, { isAsking }] of this.#sought) {
      if (isAsking) continue;
      this.#sought.delete(path);
      return;
    }
  }

  #take(askedPath: LimitPath, lease: Lease, asked: Times, nowUs: number): void {
    this.#sought.delete(askedPath);
    const { path, granted: rate, burst, tokens, isFresh } = lease;
    const { monotonicMs: nowMs } = asked;
    const point = this.#tree.hold(path, { rate, burst, tokens, isFresh }, nowUs);
    const next = { lease, asked, nextAskMs: nowMs + lease.refreshMs, isAsking: false };
    const known = this.#held.get(path);
    if (known) Object.assign(known, next);
    else this.#held.set(path, { ...next, point, readMs: nowMs, wants: NOTHING, usedMs: nowMs });
    point.isPressed = false;
  }

  #wait(path: LimitPath, nowMs: number, grant: Grant | undefined): void {
    const retryMs = grant?.kind === "learning" ? Math.min(grant.retryMs, RETRY_MS) : RETRY_MS;
    const held = this.#held.get(path);
    if (held) {
      held.isAsking = false;
      held.nextAskMs = nowMs + retryMs;
    }
    const sought = this.#sought.get(path);
    if (!sought) return;
    sought.isAsking = false;
    sought.nextAskMs = nowMs + retryMs;
  }
}

function ageOf(asked: Times, now: Times): Times {
  return {
    monotonicMs: now.monotonicMs - asked.monotonicMs,
    wallMs: now.wallMs - asked.wallMs,
  };
}

/** Has the coordinator not heard yet that the lease is too small? */
function isNews({ wants, lease: { granted } }: Held): boolean {
  return wants.ops <= granted.ops && wants.bytes <= granted.bytes;
}

/** What was asked a time since the last reading; the reading before counts when it was more. */
function readDemand(held: Held, nowMs: number): void {
  const { point, readMs, wants } = held;
  const elapsedMs = nowMs - readMs;
  if (elapsedMs <= 0) return;
  const current = {
    ops: Math.ceil((point.askedOps * OPS_RATE_SECONDS * 1_000) / elapsedMs),
    bytes: Math.ceil((point.askedBytes * 1_000) / elapsedMs),
  };
  held.wants = mapAmounts((r) =>
    Math.min(MAX_RATE[r], Math.max(current[r], Math.floor(wants[r] / 2))),
  );
  if (point.askedOps > 0 || point.askedBytes > 0) held.usedMs = nowMs;
  held.readMs = nowMs;
  point.askedOps = 0;
  point.askedBytes = 0;
}
