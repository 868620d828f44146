import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import type { Cql } from "../../../services/platform/storage/cql/session.ts";
import { LEASE_TIMES } from "../../../services/platform/storage/leases/lease.ts";
import {
  keepLease,
  type LeaseKeeper,
} from "../../../services/platform/storage/leases/lease-keeper.ts";
import {
  type LeaseHolder,
  LeaseRows,
} from "../../../services/platform/storage/leases/lease-rows.ts";
import type { Member } from "../../../services/platform/storage/ownership/assignment.ts";
import { LeasedOwnership } from "../../../services/platform/storage/ownership/leased-ownership.ts";
import { Members } from "../../../services/platform/storage/ownership/members.ts";
import { ShardRows } from "../../../services/platform/storage/ownership/shard-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import type { Choose } from "./every-path.ts";
import { LateCql } from "./late-cql.ts";

export const SHARD_COUNT = 4;
export const STEP_MS = 200;
export const DEAD_AFTER_MS = LEASE_TIMES.durationMs + LEASE_TIMES.marginMs;
const TICK_MS = 1_000;
const LEAVE_WITHIN_MS = 5_000;
const log = createLogger("test", "silent");

/** What befalls a process between two of its steps. */
const FATES = ["nothing", "slow", "paused", "dead"] as const;
type Fate = (typeof FATES)[number];
const HELD_MS = { slow: 3 * STEP_MS, paused: DEAD_AFTER_MS + 4 * STEP_MS } as const;

/** What is wrong on purpose, to see that it is noticed. */
export interface Distortion {
  /** Whom others see. */
  readonly alive?: (members: readonly Member[]) => readonly Member[];
  /** What a renewal says. */
  readonly renewing?: (holder: LeaseHolder) => LeaseHolder;
}

export interface WorldOptions {
  readonly choose: Choose;
  /** Conditional writes of unknown outcome, once all have begun. */
  readonly faults: number;
  readonly distortion?: Distortion;
}

/** Processes that share a few shards, by the code that does so, over rows in memory. */
export class LeavingWorld {
  readonly clock = new ManualClock();
  readonly distortion: Distortion;
  readonly choose: Choose;
  readonly cql: Cql;
  readonly processes: Process[] = [];
  /** The longest that a shard was served by nobody, as seen at steps, ms. */
  longestGapMs = 0;
  readonly #gaps = new Map<number, number>();
  #mayFail = false;
  #violation: Error | undefined;

  constructor({ choose, faults, distortion = {} }: WorldOptions) {
    this.choose = choose;
    this.distortion = distortion;
    const fault = (options: number) => (this.#mayFail ? choose(options) : 0);
    this.cql = new LateCql(fault, faults).session;
  }

  /** While it may, writes fail, and those in flight arrive. */
  mayFail(may: boolean): void {
    this.#mayFail = may;
  }

  async start(name: string): Promise<Process> {
    const process = await Process.start(this, name, this.processes.length + 1);
    this.processes.push(process);
    return process;
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await this.clock.advance(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
      this.check();
      if (this.#violation) throw this.#violation;
      for (const shard of SHARDS) {
        const gapMs =
          this.#serversOf(shard).length > 0 ? 0 : (this.#gaps.get(shard) ?? 0) + STEP_MS;
        this.#gaps.set(shard, gapMs);
        this.longestGapMs = Math.max(this.longestGapMs, gapMs);
      }
    }
  }

  /** No shard is ever served by two: the next step says so, as processes survive what is thrown at them. */
  check(): void {
    for (const shard of SHARDS) {
      const servers = this.#serversOf(shard);
      if (servers.length < 2) continue;
      const names = servers.map(({ name }) => name).join(" and ");
      this.#violation ??= new Error(`${names} serve shard ${shard}`);
    }
  }

  get unserved(): readonly number[] {
    return SHARDS.filter((shard) => this.#serversOf(shard).length === 0);
  }

  async end(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.end()));
  }

  #serversOf(shard: number): readonly Process[] {
    return this.processes.filter((process) => process.serves(shard));
  }
}

const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

export class Process {
  readonly name: string;
  readonly keeper: LeaseKeeper;
  readonly ownership: LeasedOwnership;
  readonly #gate: Gate;
  isDone = false;

  private constructor(name: string, keeper: LeaseKeeper, ownership: LeasedOwnership, gate: Gate) {
    this.name = name;
    this.keeper = keeper;
    this.ownership = ownership;
    this.#gate = gate;
  }

  static async start(world: LeavingWorld, name: string, number: number): Promise<Process> {
    const { clock, distortion } = world;
    const gate = new Gate(world);
    const cql = gate.before(world.cql);
    const rows = new LeaseRows(cql, "test");
    const { renewing } = distortion;
    if (renewing) {
      const renew = rows.renew.bind(rows);
      rows.renew = (holder, ...rest) => renew(renewing(holder), ...rest);
    }
    const holder = `${name}:1`;
    const keeper = await keepLease({ rows, holder, clock, random: () => number / 100, log });
    const members = new Members(rows, LEASE_TIMES);
    const { alive = (all: readonly Member[]) => all } = distortion;
    const ownership = new LeasedOwnership({
      keeper,
      members: { alive: async (...args) => alive(await members.alive(...args)) },
      shardRows: new ShardRows(cql, { table: "shards", shardCount: SHARD_COUNT }),
      ...{ address: holder, clock, log, tickMs: TICK_MS },
      load: async () => {},
      unload: () => {},
    });
    return new Process(name, keeper, ownership, gate);
  }

  serves(shard: number): boolean {
    return !this.#gate.isDead && this.ownership.owns(shard) && this.ownership.term() !== 0;
  }

  get servedCount(): number {
    return SHARDS.filter((shard) => this.serves(shard)).length;
  }

  get isDead(): boolean {
    return this.#gate.isDead;
  }

  run(): void {
    void this.ownership.run();
  }

  /** `ill`: one thing may befall it meanwhile, between any two of its steps. */
  async leave({ ill }: { readonly ill: boolean }): Promise<void> {
    this.#gate.isOpenToFate = ill;
    await this.ownership.leave(LEAVE_WITHIN_MS);
    this.isDone = true;
    await this.ownership.close();
  }

  async end(): Promise<void> {
    this.#gate.isOpenToFate = false;
    if (!this.isDead) await this.ownership.close();
  }
}

/** Between a process and the store: here it may be held up, for a while or for ever. */
class Gate {
  isDead = false;
  isOpenToFate = false;
  readonly #world: LeavingWorld;
  #held: Promise<void> = Promise.resolve();

  constructor(world: LeavingWorld) {
    this.#world = world;
  }

  before(cql: Cql): Cql {
    const through =
      <Args extends unknown[], Result>(ask: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        await this.#pass();
        const answer = await ask(...args);
        await this.#pass();
        return answer;
      };
    const { run, cas, serialRows } = cql;
    const through3 = {
      run: through(run.bind(cql)),
      cas: through(cas.bind(cql)),
      serialRows: through(serialRows.bind(cql)),
    };
    return through3 as unknown as Cql;
  }

  async #pass(): Promise<void> {
    this.#world.check();
    if (this.isOpenToFate) this.#meet(FATES[this.#world.choose(FATES.length)]);
    await this.#held;
  }

  #meet(fate: Fate): void {
    if (fate === "nothing") return;
    this.isOpenToFate = false;
    this.isDead = fate === "dead";
    this.#held = fate === "dead" ? new Promise(() => {}) : this.#world.clock.delay(HELD_MS[fate]);
  }
}
