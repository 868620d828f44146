import { describe, expect, it } from "vitest";
import {
  firstWorld,
  keyOf,
  type Left,
  nextWorlds,
  type Slip,
  type World,
} from "../testing/steps-model.ts";

const CALM: Left = { erases: 0, restores: 0, faults: 0 };

interface Explored {
  readonly worlds: number;
  /** What was seen to be wrong first. */
  readonly wrong: string | undefined;
  /** States of jobs in which nothing more happens by itself. */
  readonly ends: ReadonlySet<string>;
}

/** Visits every world that can be reached. */
function explore(first: World, slip: Slip): Explored {
  const seen = new Set([keyOf(first)]);
  const ends = new Set<string>();
  const open = [first];
  for (let world = open.pop(); world; world = open.pop()) {
    const wrong = wrongIn(world);
    if (wrong !== undefined) return { worlds: seen.size, wrong, ends };
    const [quietly] = nextWorlds({ ...world, left: CALM }, slip);
    if (quietly === undefined) ends.add(world.job?.state ?? "none");
    for (const [, next] of nextWorlds(world, slip)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return { worlds: seen.size, wrong: undefined, ends };
}

function wrongIn({ job, flag, moving, items, wasDone }: World): string | undefined {
  const states = [flag.state, moving.state];
  const shown = items.filter(({ isShown }) => isShown).length;
  if (wasDone && states.some((state) => state !== "erased")) return "an erased person lives";
  switch (job?.state) {
    case "waiting":
    case "erasing":
    case "done":
      if (states.includes("visible")) return `seen while the job is ${job.state}`;
      return shown > 0 ? `${shown} items seen while the job is ${job.state}` : undefined;
    case "cancelled":
      if (states.some((state) => state !== "visible")) return "restored, and not visible";
      return shown < items.length ? "restored without everything" : undefined;
    default:
      return undefined;
  }
}

describe("the steps of one person's job", { timeout: 300_000 }, () => {
  it.each<readonly [string, Left, number]>([
    ["erased, restored, erased again, with a fault", { erases: 2, restores: 1, faults: 1 }, 0],
    ["erased and restored twice", { erases: 2, restores: 2, faults: 0 }, 0],
    ["erased with two faults", { erases: 1, restores: 1, faults: 2 }, 0],
    ["after jobs were lost", { erases: 1, restores: 1, faults: 1 }, 5],
  ])("%s: never half hidden, never half back, never back from the dead", (_, left, earlier) => {
    const { worlds, wrong, ends } = explore(firstWorld(left, earlier), "no slip");
    expect(wrong).toBeUndefined();
    expect(worlds).toBeGreaterThan(1_000);
    expect([...ends].sort()).toEqual(["cancelled", "done", "none"]);
  });

  it.each<readonly [Slip, RegExp]>([
    ["services forget numbers", /seen while|lives|restored/],
    ["a step ends whoever it is", /seen while|restored/],
    ["no end", /lives/],
  ])("notices when %s", (slip, wrong) => {
    const left = { erases: 2, restores: 1, faults: 1 };
    expect(explore(firstWorld(left), slip).wrong).toMatch(wrong);
  });
});
