/** A class as `tc class add ... htb rate ceil burst cburst prio quantum` makes it; units are packets. */
export interface ClassPlan {
  readonly id: string;
  readonly parent: string | undefined;
  /** Packets a second. */
  readonly rate: number;
  readonly ceil: number;
  readonly burst: number;
  readonly cburst: number;
  readonly prio: number;
  readonly quantum: number;
}

export type Mode = "can-send" | "may-borrow" | "can't-send";

const SECOND_US = 1_000_000;

/** One class of the reference: two buckets, and the round-robin pointers of its inner feeds. */
export class HtbClass {
  readonly plan: ClassPlan;
  readonly parent: HtbClass | undefined;
  readonly children: HtbClass[] = [];
  level = 0;
  backlog = 0;
  sent = 0;
  tokens: number;
  ctokens: number;
  atUs = 0;
  readonly deficits: number[] = Array.from({ length: 8 }, () => 0);
  /** The child whose turn it is, a priority. */
  readonly pointers: number[] = Array.from({ length: 8 }, () => 0);

  constructor(plan: ClassPlan, parent: HtbClass | undefined) {
    this.plan = plan;
    this.parent = parent;
    this.tokens = plan.burst * SECOND_US;
    this.ctokens = plan.cburst * SECOND_US;
    parent?.children.push(this);
  }

  /** What the class may do at this time (htb_class_mode, without hysteresis). */
  mode(nowUs: number): Mode {
    const us = nowUs - this.atUs;
    if (this.ctokens + us * this.plan.ceil < 0) return "can't-send";
    return this.tokens + us * this.plan.rate >= 0 ? "can-send" : "may-borrow";
  }

  /** When the mode next changes by time alone; Infinity: never. */
  nextChangeUs(nowUs: number): number {
    const mode = this.mode(nowUs);
    if (mode === "can-send") return Infinity;
    const [tokens, rate] =
      mode === "can't-send" ? [this.ctokens, this.plan.ceil] : [this.tokens, this.plan.rate];
    return this.atUs + Math.ceil(-tokens / rate);
  }

  /** `packets` pass, lent by a class of `level`: below it only the ceiling pays (htb_charge_class). */
  charge(packets: number, level: number, nowUs: number): void {
    const us = nowUs - this.atUs;
    const { rate, ceil, burst, cburst } = this.plan;
    const refilled = Math.min(this.tokens + us * rate, burst * SECOND_US);
    this.tokens = refilled - (this.level >= level ? packets * SECOND_US : 0);
    this.ctokens = Math.min(this.ctokens + us * ceil, cburst * SECOND_US) - packets * SECOND_US;
    this.atUs = nowUs;
  }

  /** Has it, at this priority, a packet that it may pass on: its own, or a borrowing child's? */
  isActive(prio: number, nowUs: number): boolean {
    if (this.children.length === 0) return this.backlog > 0 && this.plan.prio === prio;
    return this.children.some((child) => child.borrows(prio, nowUs));
  }

  /** Is it in its parent's feed? */
  borrows(prio: number, nowUs: number): boolean {
    return this.mode(nowUs) === "may-borrow" && this.isActive(prio, nowUs);
  }
}
