import { describe, expect, it } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { present } from "../../services/model/invariant.ts";
import { batchFill } from "./batch-fill.ts";
import { describeSlice } from "./describe-slice.ts";
import { SCENARIOS } from "./scenarios.ts";

const population = createPopulation({ people: 20_000, seed: 3 });

describe("batches", () => {
  it("are as full as a post's friends scatter over the owners: counted on real ones", () => {
    const owners = 20;
    let [posts, viewers, touched] = [0, 0, 0];
    for (let person = 1; person <= 20_000; person += 7) {
      const weight = population.expectedPostsADay(person);
      const friends = [...population.friends(person)];
      posts += weight;
      viewers += weight * friends.length;
      touched += weight * new Set(friends.map((friend) => friend % owners)).size;
    }
    const fill = batchFill(population, owners, 4_000);
    expect(fill.viewers / (viewers / touched)).toBeCloseTo(1, 1);
    expect(fill.ownersTouched / (touched / posts)).toBeCloseTo(1, 1);
  });

  it("of a single owner hold all friends", () => {
    expect(batchFill(population, 1, 500).ownersTouched).toBeCloseTo(1, 9);
  });
});

describe("a slice", () => {
  const steady = present(SCENARIOS.get("steady"));

  it("says what it preserves and loses, in numbers", () => {
    const { text, preserves, loses } = describeSlice({ ...steady, dailyUsers: 40_000 }, population);
    expect(text).toMatch(/^rate: everyone of 20,000 people, .* 40,000 daily users/);
    expect(preserves[1]).toMatch(/^Deliveries a post: \d+ to all friends, of which \d+ to active/);
    expect(loses[0]).toMatch(/^Sessions: an active person begins 21 a day.* 20 times as many/);
    expect(loses[1]).toMatch(/^Batches: one .* gets \d+ viewers.*; as one of 20 .* get \d+/);
  });

  it("loses nothing of the sessions in a world of its size", () => {
    const { loses } = describeSlice({ ...steady, dailyUsers: 2_000 }, population);
    expect(loses.filter((one) => one.startsWith("Sessions"))).toEqual([]);
  });

  it("of calls by hand says nothing of sessions", () => {
    for (const name of ["mix", "closed-loop"]) {
      const { text, loses } = describeSlice(present(SCENARIOS.get(name)), population);
      expect(text).toBe("rate: calls by hand about any of the 4,800 active of 20,000 people.");
      expect(loses.length).toBe(1);
    }
  });

  it("of an owner says whose pages and which batches it has", () => {
    const slice = { kind: "owner", owners: 10 } as const;
    const { text, preserves } = describeSlice({ ...steady, slice }, population);
    expect(text).toContain("as one of 10, with the timelines of about 2,000 of 20,000 people, 480");
    expect(preserves.join(" ")).toContain("1 in 10. Batches as with 10 owners: ");
  });
});
