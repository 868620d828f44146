import { describe, expect, it } from "vitest";
import { userIdOf } from "../../../../model/ids.ts";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import type { EdgeState } from "../edge-rows.ts";
import { type PartRows, readEdge, writeEdge } from "./edge-parts.ts";
import { NO_EDGE, newestState } from "./newest-state.ts";

const KEY = { user: userIdOf(1n), friend: userIdOf(2n) };
const HISTORIES = 3_000;
const WRITERS = 5;

type Write = typeof writeEdge;

/** One edge in parts that open meanwhile; each read and write is a step, and may be a process's last. */
class World {
  readonly #random: () => number;
  readonly #write: Write;
  /** Counts parts after it has read the first one. */
  readonly #countsLate: boolean;
  #rows: (EdgeState | undefined)[] = [undefined];
  #waiting: (() => void)[] = [];

  constructor(random: () => number, write: Write, countsLate: boolean) {
    this.#random = random;
    this.#write = write;
    this.#countsLate = countsLate;
  }

  /** Writers of rising versions race, some die and are completed; then what was removed expires. */
  async live(): Promise<{ readonly is: EdgeState; readonly shouldBe: EdgeState }> {
    const states = Array.from({ length: WRITERS }, (_, i) => ({
      isPresent: this.#random() < 0.6,
      version: BigInt(i + 1),
    }));
    const unfinished = new Set(states);
    const begin = (state: EdgeState) =>
      void this.#write(this.#steps(), KEY, state).then(() => unfinished.delete(state));
    const left = [...states].sort(() => this.#random() - 0.5);
    while (left.length > 0 || this.#waiting.length > 0) {
      const dice = this.#random();
      if (dice < 0.15 && left.length > 0) begin(left.pop() ?? NO_EDGE);
      else if (dice < 0.2 && this.#rows.length < 4) this.#rows.push(undefined);
      else await this.#step(dice > 0.97);
    }
    // Whoever takes over completes what nobody has finished, in any order.
    for (const state of [...unfinished].sort(() => this.#random() - 0.5)) begin(state);
    await this.#follow();
    while (this.#waiting.length > 0) await this.#step(false);
    this.#rows = this.#rows.map((row) => (row?.isPresent ? row : undefined));
    const is = await readEdge(this.#atOnce(), KEY);
    return { is, shouldBe: newestState(states) };
  }

  async #step(isDeath: boolean): Promise<void> {
    const at = Math.floor(this.#random() * this.#waiting.length);
    const [go] = this.#waiting.splice(at, 1);
    if (!isDeath) go?.();
    await this.#follow();
  }

  /** All that follows from what was done, up to the next steps. */
  async #follow(): Promise<void> {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }

  #steps(): PartRows {
    const rows = this.#atOnce();
    const gate = () => new Promise<void>((resolve) => this.#waiting.push(resolve));
    return {
      announce: rows.announce,
      partsOf: (user) => gate().then(() => rows.partsOf(user)),
      // As the adapter does: how many parts there are comes with the row of the first, if there is one.
      read: async () => {
        await gate();
        const [first] = this.#rows;
        if (first === undefined) await gate();
        const count = this.#rows.length;
        await gate();
        if (this.#countsLate) return [first, ...this.#rows.slice(1, count)];
        return first === undefined && count === 1 ? [first] : this.#rows.slice(0, count);
      },
      write: (key, part, state) => gate().then(() => rows.write(key, part, state)),
    };
  }

  #atOnce(): PartRows {
    return {
      announce: async () => {},
      partsOf: async () => this.#rows.length,
      read: async () => [...this.#rows],
      write: async (_, part, state) => {
        this.#rows[part] = newestState([this.#rows[part], state]);
      },
    };
  }
}

async function wrong(write: Write, countsLate = false): Promise<number[]> {
  const seeds: number[] = [];
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { is, shouldBe } = await new World(seededRandom(seed), write, countsLate).live();
    if (is.isPresent !== shouldBe.isPresent) seeds.push(seed);
  }
  return seeds;
}

describe("an edge in parts", () => {
  it("is what its newest change made it, also when rows of removals have expired", async () => {
    expect(await wrong(writeEdge)).toEqual([]);
  });

  it("would come back, were a removal written only where a row is", async () => {
    const careless: Write = async (rows, key, state) => {
      const found = await rows.read(key);
      const held = found.flatMap((row, part) => (row === undefined ? [] : [part]));
      const parts = held.length > 0 ? held : [found.length - 1];
      await Promise.all(parts.map((part) => rows.write(key, part, state)));
    };
    expect(await wrong(careless)).not.toEqual([]);
  });

  it("would come back, were an addition written beside a newer row", async () => {
    const late: Write = async (rows, key, state) => {
      if (!state.isPresent) return writeEdge(rows, key, state);
      const found = await rows.read(key);
      const parts = found.flatMap((row, part) => (row === undefined ? [] : [part]));
      const all = parts.length > 0 ? parts : [found.length - 1];
      await Promise.all(all.map((part) => rows.write(key, part, state)));
    };
    expect(await wrong(late)).not.toEqual([]);
  });

  it("would come back, were parts counted after rows are read", async () => {
    expect(await wrong(writeEdge, true)).not.toEqual([]);
  });

  it("would come back, were parts that open meanwhile forgotten", async () => {
    const hasty: Write = async (rows, key, state) => {
      if (state.isPresent) return writeEdge(rows, key, state);
      const parts = await rows.partsOf(key.user);
      const all = Array.from({ length: parts }, (_, part) => part);
      await Promise.all(all.map((part) => rows.write(key, part, state)));
    };
    expect(await wrong(hasty)).not.toEqual([]);
  });
});

it("of two rows with one version the removal counts", () => {
  const added = { isPresent: true, version: 3n };
  const removed = { isPresent: false, version: 3n };
  expect(newestState([added, removed])).toEqual(removed);
  expect(newestState([removed, undefined, added])).toEqual(removed);
  expect(newestState([undefined])).toEqual(NO_EDGE);
});
