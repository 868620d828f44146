import { describe, expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import { isCheaperPulled } from "../../../model/pulled/cheaper-pulled.ts";
import { PostRates } from "./post-rates.ts";

const HOUR_MS = 3_600_000;
const OPTIONS = { pagesADay: 2, leastDeliveriesADay: 10_000, maxAuthors: 3 };

describe("the rates of authors", () => {
  it("name whose posts cost more pushed than looked for, and enough to matter", () => {
    const rates = new PostRates(OPTIONS, 0);
    const post = (author: number, friends: number, times: number) => {
      for (let i = 0; i < times; i++) rates.posted(userIdOf(author), friends);
    };
    post(1, 1_000, 20);
    post(2, 10, 20);
    post(3, 1_000, 1);
    post(4, 1_000, 20);
    expect(rates.costly(24 * HOUR_MS)).toEqual([1n]);
    expect(rates.costly(25 * HOUR_MS)).toEqual([]);
  });

  it("are held against what is really read, once that is told", () => {
    const rates = new PostRates(OPTIONS, 0);
    rates.reads.heard({ pagesADay: 2_000, viewers: 10 });
    for (let i = 0; i < 20; i++) rates.posted(userIdOf(1), 1_000);
    expect(rates.costly(24 * HOUR_MS)).toEqual([]);
  });

  it("are of an hour at least", () => {
    const rates = new PostRates(OPTIONS, 0);
    rates.posted(userIdOf(1), 400);
    expect(rates.costly(60_000)).toEqual([]);
    rates.posted(userIdOf(1), 450);
    expect(rates.costly(120_000)).toEqual([1n]);
  });
});

it("weighs a delivery a post against a look a page, whatever the number of friends", () => {
  expect(isCheaperPulled({ postsADay: 0.08, pagesADay: 1 })).toBe(false);
  expect(isCheaperPulled({ postsADay: 0.09, pagesADay: 1 })).toBe(true);
});
