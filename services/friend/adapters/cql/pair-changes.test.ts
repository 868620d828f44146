import { describe, expect, it } from "vitest";
import { type Move, outcomesOf, shapeOf } from "../../../../test/support/acts-in-any-order.ts";
import { userIdOf } from "../../../model/ids.ts";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { LIST_LIMITS } from "../../domain/bounds.ts";
import { type Act, RELATIONS, STRANGERS } from "../../domain/standing.ts";
import { encodePair } from "./pair.ts";
import { completeChange, PairChanges } from "./pair-changes.ts";
import { type Gate, ModelDatabase, ModelRows } from "./testing/model-rows.ts";

const A = userIdOf(1n);
const B = userIdOf(2n);
const RUNS = 1_000;
const MAX_SKEW_MS = 450;

/** What one process does, step by step, until it is done or dies. */
interface Task {
  readonly move: Move;
  state: "running" | "done" | "failed";
  /** Lets it go on to its next step. */
  resume: (() => void)[];
}

class World {
  readonly database = new ModelDatabase();
  readonly #random: () => number;
  /** What broke while nobody waited for it. */
  failure: unknown;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Runs moves at the same time, in any order of their steps; some processes pause, or die, in between. */
  async race(
    moves: readonly Move[],
    { death, pause }: { readonly death: number; readonly pause: number },
  ): Promise<readonly Task[]> {
    const tasks = moves.map((move, node) => this.#begin(move, node));
    const alive = new Set(tasks);
    for (;;) {
      await settled();
      const waiting = [...alive].filter(
        ({ state, resume }) => state === "running" && resume.length > 0,
      );
      if (waiting.length === 0) break;
      const task = this.#pick(waiting);
      if (this.#random() < death) {
        alive.delete(task);
        continue;
      }
      this.database.nowMs += this.#random() < pause ? 40_000 : 1;
      const [next] = task.resume.splice(Math.floor(this.#random() * task.resume.length), 1);
      next();
      this.checkBlock(tasks);
    }
    return tasks;
  }

  /** What whoever takes over does, as often as it likes. */
  async complete(): Promise<void> {
    const { unfinished } = this.database;
    const rows = new ModelRows(
      this.database,
      async () => {},
      () => 1,
    );
    const twice = [...unfinished, ...unfinished].sort(() => this.#random() - 0.5);
    for (const change of twice) await completeChange(rows, change);
    unfinished.clear();
  }

  /** As the rows have it, for A; throws when the two sides differ. */
  standing(): string {
    const { database } = this;
    const ends = [
      [A, B],
      [B, A],
    ] as const;
    const [ab, ba] = ends.map(([user, friend]) => database.isFriend({ user, friend }));
    expect(ab).toBe(ba);
    const [a, b] = ends.map(([user, other]) =>
      RELATIONS.filter((relation) => database.isListed(user, relation, other)),
    );
    return shapeOf(ab, a, b);
  }

  /** From its answer on, for as long as nobody begins to lift it, a block leaves no edge. */
  checkBlock(tasks: readonly Task[]): void {
    const isLifted = tasks.some(({ move }) => move.act === "unblock");
    const isAnswered = tasks.some(({ move, state }) => move.act === "block" && state === "done");
    if (isLifted || !isAnswered) return;
    for (const key of [
      { user: A, friend: B },
      { user: B, friend: A },
    ]) {
      expect(this.database.isFriend(key), "an edge under a block").toBe(false);
    }
  }

  #begin(move: Move, node: number): Task {
    const task: Task = { move, state: "running", resume: [] };
    const gate: Gate = () => new Promise((resolve) => task.resume.push(resolve));
    const changes = this.#process(node, gate);
    const [user, other] = move.isReversed ? [B, A] : [A, B];
    const event = Uint8Array.of(1);
    const { act } = move;
    const work = gate().then(async () => {
      if (act === "befriend" || act === "unfriend") {
        await changes.service({ user, friend: other, event }, act);
      } else {
        await changes.act({ user, other, event, act, nowMs: this.database.nowMs });
      }
    });
    work
      .then(
        () => {
          task.state = "done";
          this.checkBlock([task]);
        },
        () => {
          task.state = "failed";
        },
      )
      .catch((error) => {
        this.failure ??= error;
      });
    return task;
  }

  #process(node: number, gate: Gate): PairChanges {
    const { database } = this;
    const aheadMs = Math.round((2 * this.#random() - 1) * MAX_SKEW_MS);
    return new PairChanges({
      rows: new ModelRows(database, gate, this.#random),
      ids: { next: () => database.id(node, aheadMs) },
      limits: LIST_LIMITS,
      outbox: {
        write: async ({ change = new Uint8Array() }) => {
          await gate();
          database.unfinished.add(change);
          return { done: () => database.unfinished.delete(change), failed: () => {} };
        },
      },
    });
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)];
  }
}

/** Every promise that can go on has. */
async function settled(): Promise<void> {
  for (let i = 0; i < 12; i++) await undefined;
}

async function history(seed: number, acts: readonly Act[], death: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)];
  const world = new World(random);
  let standing = STRANGERS;
  for (let round = 0; round < 4; round++) {
    const moves = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      isReversed: pick([false, true]),
      act: pick(acts),
    }));
    const tasks = await world.race(moves, { death, pause: 0.02 });
    await world.complete();
    if (world.failure) throw world.failure;
    const told = tasks.map(({ move, state }) => ({ ...move, isUnknown: state !== "done" }));
    const possible = outcomesOf(standing, told);
    const shape = world.standing();
    expect([...possible.keys()], `seed ${seed}, round ${round}: ${JSON.stringify(told)}`).toContain(
      shape,
    );
    standing = possible.get(shape) ?? STRANGERS;
    world.database.nowMs += 120_000;
  }
}

describe("two people who act at the same time, through any processes", () => {
  const personal: readonly Act[] = ["request", "decline", "block", "unblock"];

  it("come to where some order of their acts leads, though processes die and answers are lost", async () => {
    for (let seed = 1; seed <= RUNS; seed++)
      await history(seed, personal, seed % 2 === 0 ? 0.03 : 0);
  });

  it("are never friends under a block, whatever services do meanwhile", async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = seededRandom(seed);
      const world = new World(random);
      const moves = ["block", "befriend", "befriend", "unfriend"].map((act) => ({
        isReversed: random() < 0.5,
        act: act as Act,
      }));
      const tasks = await world.race(moves, { death: 0.01, pause: 0.2 });
      const isBlocked = tasks.some(({ move, state }) => move.act === "block" && state === "done");
      await world.complete();
      if (world.failure) throw world.failure;
      const { areFriends } = JSON.parse(world.standing());
      if (isBlocked) expect(areFriends, `seed ${seed}`).toBe(false);
    }
  });

  it("are no friends again when the rows of a friendship that ended have expired", async () => {
    const world = new World(() => 0.5);
    const { database } = world;
    const steps: readonly Move[] = [
      { act: "request", isReversed: false },
      { act: "request", isReversed: true },
      { act: "unfriend", isReversed: false },
      { act: "request", isReversed: false },
    ];
    for (const move of steps) {
      await world.race([move], { death: 0, pause: 0 });
      database.nowMs += 120_000;
    }
    const asked = world.standing();
    for (const [key, { isPresent }] of database.edges) if (!isPresent) database.edges.delete(key);
    // The open request keeps the pair's row, which somebody completes once more.
    database.unfinished.add(encodePair({ low: A, high: B }));
    await world.complete();
    expect(world.standing()).toBe(asked);
    expect(asked).toBe(shapeOf(false, ["requests-out"], ["requests-in"]));
  });
});
