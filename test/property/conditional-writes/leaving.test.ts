import { describe, expect, it } from "vitest";
import { type Choose, everyPath } from "./every-path.ts";
import { DEAD_AFTER_MS, type Distortion, LeavingWorld, STEP_MS } from "./leaving-world.ts";

const LEFT_BY_MS = 6_000;
const LOOK_MS = 1_000;

interface Story {
  /** One thing befalls the leaver, between any two of its steps. */
  readonly ill?: boolean;
  /** When another begins, ms after the announcement. */
  readonly joinMs?: number;
  /** When the one that would have stayed leaves too. */
  readonly alsoMs?: number;
  readonly faults?: number;
  readonly distortion?: Distortion;
}

/**
 * Two share the shards, and one leaves. No shard is ever served by two; in the end whoever is there serves all. When
 * nothing else happens, all is handed over before the lease is released, and no shard is nobody's for two looks of
 * those who know of it.
 */
async function leaving(choose: Choose, story: Story): Promise<void> {
  const { ill = false, joinMs, alsoMs, faults = 0, distortion } = story;
  const world = new LeavingWorld({ choose, faults, ...(distortion && { distortion }) });
  const leaver = await world.start("leaving");
  await leaver.ownership.tick();
  const other = await world.start("staying");
  await other.ownership.tick();
  await leaver.ownership.tick();
  await other.ownership.tick();
  expect([leaver.servedCount, other.servedCount], "choose other names").not.toContain(0);
  for (const process of [leaver, other]) process.run();
  await world.pass(LOOK_MS);
  world.mayFail(true);
  void leaver.leave({ ill });
  for (let ms = 0; ms < LEFT_BY_MS; ms += STEP_MS) {
    if (ms === joinMs) {
      const joiner = await world.start("joining");
      await joiner.ownership.tick();
      joiner.run();
    }
    if (ms === alsoMs) void other.leave({ ill: false });
    await world.pass(STEP_MS);
  }
  world.mayFail(false);
  const isCalm = !ill && faults === 0 && alsoMs === undefined;
  if (isCalm) expect(world.longestGapMs).toBeLessThanOrEqual(2 * STEP_MS);
  if (!ill) expect(leaver.isDone).toBe(true);
  if (alsoMs !== undefined && joinMs === undefined) {
    const last = await world.start("last");
    last.run();
  }
  await world.pass(2 * DEAD_AFTER_MS);
  expect(world.unserved).toEqual([]);
  await world.end();
}

const OTHERS: readonly (readonly [string, Story])[] = [
  ["the other stays", {}],
  ["a third joins as it begins", { joinMs: 0 }],
  ["a third joins in the middle", { joinMs: 1_400 }],
  ["the other leaves at the same time", { alsoMs: 0 }],
  ["the other leaves in the middle", { alsoMs: 1_400 }],
  ["the other leaves in the middle, and a third has joined", { joinMs: 400, alsoMs: 1_400 }],
];

describe("an owner that says that it leaves", () => {
  it.each(OTHERS)("hands over what it can: %s", async (_, story) => {
    expect(await everyPath((choose) => leaving(choose, story))).toBe(1);
  });

  it.each(OTHERS)(
    "is slow, is paused past its lease, or dies, between any two steps: %s",
    { timeout: 120_000 },
    async (_, story) => {
      const runs = await everyPath((choose) => leaving(choose, { ...story, ill: true }));
      expect(runs).toBeGreaterThan(20);
    },
  );

  it("writes with unknown outcomes", { timeout: 120_000 }, async () => {
    const runs = await everyPath((choose) => leaving(choose, { faults: 1 }));
    expect(runs).toBeGreaterThan(100);
  });
});

describe("what is wrong on purpose is noticed", () => {
  it("who leaves is taken for gone", async () => {
    const distortion = {
      alive: (members: Parameters<NonNullable<Distortion["alive"]>>[0]) =>
        members.filter(({ leaving }) => leaving !== true),
    };
    const history = everyPath((choose) => leaving(choose, { distortion }));
    await expect(history).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining("serve shard") }),
    });
  });

  it("a renewal forgets that the holder leaves", async () => {
    const distortion = {
      renewing: <T extends object>(holder: T) => ({ ...holder, leaving: false }),
    };
    await expect(everyPath((choose) => leaving(choose, { distortion }))).rejects.toThrow();
  });
});
