import { describe, expect, it } from "vitest";
import { type Shown, versionOfChange, versionOfDeletion } from "./versions.ts";

/** What readers see of a comment, as a store keeps it that gives each cell to the highest timestamp. */
interface Row {
  readonly isShown: boolean;
  readonly at: number;
}

interface World {
  /** Beside what the person did; undefined once it is deleted. */
  readonly noted: Shown & { readonly isDeleted: boolean };
  readonly row: Row;
  /** What each has read so far, and what it has still to write. */
  readonly actors: readonly Actor[];
}

interface Actor {
  readonly change: number | "delete";
  readonly step: "read" | "note" | "write" | "done";
  readonly read?: Shown | undefined;
}

const FIRST: Shown = { version: 1_000, change: 0 };
const shows = (change: number) => change % 2 === 0;

/** All orders in which the steps of all actors can come; all but the last one may die before any step. */
function* ends(world: World): Iterable<World> {
  const last = world.actors.length - 1;
  let isEnd = true;
  for (const [i, actor] of world.actors.entries()) {
    if (actor.step === "done") continue;
    isEnd = false;
    yield* ends(act(world, i, actor));
    const dead = { ...actor, step: "done" } as const;
    if (i < last) yield* ends({ ...world, actors: world.actors.with(i, dead) });
  }
  if (isEnd) yield world;
}

function act(world: World, i: number, actor: Actor): World {
  const after = (changed: Partial<World>, next: Partial<Actor>): World => ({
    ...{ ...world, ...changed },
    actors: world.actors.with(i, { ...actor, ...next }),
  });
  const { noted, row } = world;
  if (actor.step === "read") {
    const isLate = noted.isDeleted || (actor.change !== "delete" && noted.change > actor.change);
    return after({}, isLate ? { step: "done" } : { step: "note", read: noted });
  }
  const read = actor.read ?? FIRST;
  if (actor.change === "delete") {
    const at = versionOfDeletion(read);
    return after(
      {
        noted: { ...noted, isDeleted: true },
        row: at >= row.at ? { isShown: false, at } : row,
      },
      { step: "done" },
    );
  }
  const own = versionOfChange(read, actor.change);
  if (actor.step === "note") {
    const isNewer = !noted.isDeleted && own.version >= noted.version;
    return after(isNewer ? { noted: { ...own, isDeleted: false } } : {}, { step: "write" });
  }
  const isNewer = own.version >= row.at;
  const written = { isShown: shows(actor.change), at: own.version };
  return after(isNewer ? { row: written } : {}, { step: "done" });
}

function endsOf(changes: readonly Actor["change"][]): readonly World[] {
  const actors = changes.map((change): Actor => ({ change, step: "read" }));
  const noted = { ...FIRST, isDeleted: false };
  return [...ends({ noted, row: { isShown: true, at: FIRST.version }, actors })];
}

describe("changes of a person that meet at one comment, in every order of their reads and writes", () => {
  it.each([
    [[1, 2], true],
    [[1, 2, 3], false],
    [[1, 1, 2], true],
    [[2, 3, 3], false],
  ] as const)("of %j the highest counts", (changes, isShown) => {
    const all = endsOf(changes);
    expect(all.length).toBeGreaterThan(10);
    for (const { row } of all) expect(row.isShown).toBe(isShown);
  });

  it("none brings back what is deleted for good", () => {
    for (const { row } of endsOf([1, 2, "delete"])) expect(row.isShown).toBe(false);
  });
});
