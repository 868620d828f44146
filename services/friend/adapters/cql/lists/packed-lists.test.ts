import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import { type Draft, EDGE_KEY, ListWorld } from "../testing/list-world.ts";
import { CHANGE_MS, PACKED_LIFE_MS } from "./list-rows.ts";

const HISTORIES = 8_000;

/** The first history in which a list was not what it should have been. */
async function firstWrong(draft: Draft): Promise<string | undefined> {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const world = new ListWorld(seededRandom(seed), draft);
    await world.live();
    if (world.wrong) return `seed ${seed}: ${world.wrong}`;
  }
  return undefined;
}

describe("a packed list", () => {
  it("is never older than what anybody was told of before it was asked for", async () => {
    expect(await firstWrong({})).toBeUndefined();
  });

  it("would be, were nobody told of changes", async () => {
    const write: Draft["write"] = ({ rows }, state) => rows.write(EDGE_KEY, 0, state);
    expect(await firstWrong({ write })).toBeDefined();
  });

  it("would be, were changes told of when they are done", async () => {
    const write: Draft["write"] = async ({ rows }, state) => {
      await rows.write(EDGE_KEY, 0, state);
      await rows.announce(EDGE_KEY);
    };
    expect(await firstWrong({ write })).toBeDefined();
  });

  it("would be, were an edge written together with what tells of it", async () => {
    const write: Draft["write"] = (world, state) =>
      world.replicas.write({ edge: world.edge(state), change: world.change() });
    expect(await firstWrong({ write })).toBeDefined();
  });

  it("would be, were changes told of for half as long as it lives", async () => {
    expect(await firstWrong({ changedLifeMs: PACKED_LIFE_MS / 2 })).toBeDefined();
  });

  it("would be, did a list need to be read no later than a change to have it", async () => {
    expect(await firstWrong({ toldEarlyMs: CHANGE_MS })).toBeDefined();
  });

  it("would be, did it count from when it was written", async () => {
    expect(await firstWrong({ isJudgedByWriting: true })).toBeDefined();
  });
});
