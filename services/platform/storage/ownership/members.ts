import { DeadOrAlive } from "../leases/dead-or-alive.ts";
import type { LeaseTimes } from "../leases/lease.ts";
import { type LeaseRows, NOBODY, RELEASED } from "../leases/lease-rows.ts";
import type { Member } from "./assignment.ts";

/** The lease rows of the processes of one service, as far as finding out who is alive needs them. */
export type MemberLeases = Pick<LeaseRows, "list" | "read" | "take">;

/**
 * Who is alive. A process that has not renewed in time is fenced first (its lease is taken, so it can
 * never be renewed), and only then counts as gone: its shards may then change hands.
 */
export class Members {
  readonly #rows: MemberLeases;
  readonly #watch: DeadOrAlive;
  readonly #gone = new Set<bigint>();

  constructor(rows: MemberLeases, times: LeaseTimes) {
    this.#rows = rows;
    this.#watch = new DeadOrAlive(times);
  }

  async alive(
    self: Member,
    clock: { nowMs(): number; monotonicMs(): number },
  ): Promise<readonly Member[]> {
    const members: Member[] = [self];
    for (const generation of await this.#rows.list()) {
      if (generation === self.generation || this.#gone.has(generation)) continue;
      const row = await this.#rows.read(generation);
      if (!row) continue;
      const isFenced = row.takenBy !== NOBODY || row.renewals === RELEASED;
      const isDead = !isFenced && this.#watch.isDead(row, clock.monotonicMs());
      if (isFenced || (isDead && (await this.#rows.take(row, self.generation, clock.nowMs())))) {
        this.#gone.add(generation);
        this.#watch.forget(generation);
      } else members.push({ generation, address: row.holder, leaving: row.leaving });
    }
    return members;
  }
}
