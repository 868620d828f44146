import { type ClassPlan, HtbClass } from "./htb-class.ts";

const PRIORITIES = 8;

/**
 * The rules of Linux sch_htb, written from its documentation as a slow, plain simulation in virtual time:
 * queues of packets of one size behind an infinitely fast link, so that the classes alone limit. What the
 * tree of this service decides is held against it.
 *
 * Of all classes that can send, those of the lowest level go first, in it those of the best priority.
 * A class that lends walks down its feeds of borrowing children; a leaf passes on the turn of its parent's
 * feed when its deficit for that level is used up, and a feed that has come round passes on its own
 * parent's turn: so inner quanta do not count, as in the kernel.
 */
export class SchHtb {
  readonly #classes = new Map<string, HtbClass>();
  readonly #byLevel: HtbClass[][] = [];
  readonly #turns: number[][] = [];
  #nowUs = 0;

  constructor(plans: readonly ClassPlan[]) {
    for (const plan of plans) {
      const parent = plan.parent === undefined ? undefined : this.at(plan.parent);
      this.#classes.set(plan.id, new HtbClass(plan, parent));
    }
    for (const one of [...this.#classes.values()].reverse()) {
      one.level = one.children.reduce((level, child) => Math.max(level, child.level + 1), 0);
      this.#byLevel[one.level] ??= [];
      this.#byLevel[one.level].unshift(one);
      this.#turns[one.level] ??= Array.from({ length: PRIORITIES }, () => 0);
    }
  }

  at(id: string): HtbClass {
    const one = this.#classes.get(id);
    if (!one) throw new RangeError(`no class ${id}`);
    return one;
  }

  /** Packets that the leaf has sent so far. */
  sentBy(id: string): number {
    return this.at(id).sent;
  }

  /** Lets time pass; whoever has a backlog keeps it. */
  runUntil(endUs: number): void {
    for (;;) {
      while (this.#dequeue()) {}
      const changes = [...this.#classes.values()].map((one) => one.nextChangeUs(this.#nowUs));
      const nextUs = Math.max(this.#nowUs + 1, Math.min(...changes));
      if (nextUs > endUs) break;
      this.#nowUs = nextUs;
    }
    this.#nowUs = endUs;
  }

  #dequeue(): boolean {
    for (let level = 0; level < this.#byLevel.length; level++) {
      for (let prio = 0; prio < PRIORITIES; prio++) {
        const leaf = this.#pick(level, prio);
        if (!leaf) continue;
        leaf.backlog--;
        leaf.sent++;
        this.#passTurn(leaf, level, prio);
        for (let one: HtbClass | undefined = leaf; one; one = one.parent) {
          one.charge(1, level, this.#nowUs);
        }
        return true;
      }
    }
    return false;
  }

  #pick(level: number, prio: number): HtbClass | undefined {
    const canSend = (one: HtbClass) =>
      one.mode(this.#nowUs) === "can-send" && one.isActive(prio, this.#nowUs);
    const lender = inTurn(this.#byLevel[level], this.#turns[level], prio, canSend);
    const borrows = (one: HtbClass) => one.borrows(prio, this.#nowUs);
    let one = lender;
    while (one && one.children.length > 0) one = inTurn(one.children, one.pointers, prio, borrows);
    return one;
  }

  #passTurn(leaf: HtbClass, level: number, prio: number): void {
    leaf.deficits[level] -= 1;
    if (leaf.deficits[level] >= 0) return;
    leaf.deficits[level] += leaf.plan.quantum;
    if (level === 0) {
      this.#turns[0][prio] = this.#byLevel[0].indexOf(leaf) + 1;
      return;
    }
    let one = leaf;
    while (one.parent && one.level < level) {
      const { children, pointers } = one.parent;
      pointers[prio] = children.indexOf(one) + 1;
      const rest = children.slice(pointers[prio]);
      if (rest.some((child) => child.borrows(prio, this.#nowUs))) return;
      one = one.parent;
    }
    this.#turns[level][prio] = this.#byLevel[level].indexOf(one) + 1;
  }
}

/** The first from the turn on, in a circle, that `may`; the turn moves to it. */
function inTurn(
  ring: readonly HtbClass[],
  turns: number[],
  prio: number,
  may: (one: HtbClass) => boolean,
): HtbClass | undefined {
  for (let i = 0; i < ring.length; i++) {
    const at = (turns[prio] + i) % ring.length;
    if (!may(ring[at])) continue;
    turns[prio] = at;
    return ring[at];
  }
  return undefined;
}
