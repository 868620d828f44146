import { describe, expect, it } from "vitest";
import { ByNumber } from "./by-number.ts";
import { type Listed, NOWHERE, Roster } from "./roster.ts";
import { OldSpaceWatch } from "./testing/old-space.ts";

interface Passing extends Listed {
  readonly number: number;
  readonly load: readonly number[];
}
interface Keeper {
  add(one: Passing): void;
  delete(one: Passing): void;
}

const AT_A_TIME = 20;
const IN_ALL = 10_000;
const LOAD_BYTES = 8 * 256;

function passing(number: number): Passing {
  return { place: NOWHERE, number, load: new Array<number>(LOAD_BYTES / 8).fill(number + 0.5) };
}

/** Of all that came and went, how much was in old space at one time. */
function keptShare(keeper: Keeper): number {
  const here: Passing[] = [];
  for (let number = 1; number <= AT_A_TIME; number++) {
    here.push(passing(number));
    keeper.add(here[number - 1]);
  }
  // What holds them is old by then.
  for (let i = 0; i < 3; i++) new OldSpaceWatch().collectYoung();
  const watch = new OldSpaceWatch();
  for (let number = AT_A_TIME + 1; number <= IN_ALL; number++) {
    const one = passing(number);
    const place = number % AT_A_TIME;
    keeper.delete(here[place]);
    here[place] = one;
    keeper.add(one);
    if (number % 500 === 0) watch.collectYoung();
  }
  return watch.grownBytes / (IN_ALL * LOAD_BYTES);
}

describe("what comes and goes by the thousand", () => {
  it("dies young after it was on a roster", () => {
    expect(keptShare(new Roster<Passing>())).toBeLessThan(0.05);
  });

  it("dies young after it was known by number", () => {
    const known = new ByNumber<Passing>();
    const keeper: Keeper = {
      add: (one) => void known.set(one.number, one),
      delete: (one) => void known.delete(one.number),
    };
    expect(keptShare(keeper)).toBeLessThan(0.05);
  });

  it("grows old after it was in a Set: else these two are needed no more", () => {
    expect(keptShare(new Set<Passing>())).toBeGreaterThan(0.1);
  });
});
