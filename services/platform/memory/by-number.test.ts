import { describe, expect, it } from "vitest";
import { seededRandom } from "../storage/log/testing/random.ts";
import { ByNumber } from "./by-number.ts";

const HIGHEST = 2 ** 31 - 1;

describe("a map by number", () => {
  it("has what a Map would have, after any history", () => {
    const random = seededRandom(16);
    const ours = new ByNumber<number>();
    const map = new Map<number, number>();
    for (let step = 0; step < 20_000; step++) {
      // Near each other, near the highest, and often at the same places.
      const near = 1 + Math.floor(random() * 300);
      const number = random() < 0.2 ? HIGHEST + 1 - near : near;
      if (random() < 0.55) {
        ours.set(number, step);
        map.set(number, step);
      } else {
        expect(ours.delete(number)).toBe(map.delete(number));
      }
      expect(ours.get(number)).toBe(map.get(number));
      expect(ours.size).toBe(map.size);
    }
    const seen = new Map<number, number>();
    ours.forEach((value, number) => {
      seen.set(number, value);
    });
    expect(seen).toEqual(map);
  });

  it("visits all that were there, whatever is deleted meanwhile", () => {
    const ours = new ByNumber<string>().set(1, "a").set(3, "b").set(65, "c");
    const visited: string[] = [];
    ours.forEach((value) => {
      visited.push(value);
      for (const number of [1, 3, 65]) ours.delete(number);
    });
    expect(visited.sort()).toEqual(["a", "b", "c"]);
    expect(ours.size).toBe(0);
  });
});
