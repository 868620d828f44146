import { expect, it } from "vitest";
import type { DomainError } from "../../errors/errors.ts";
import { Aging } from "./aging.ts";

function streams(count: number) {
  const reasons: (string | undefined)[] = [];
  const open = Array.from({ length: count }, (_, index) => ({
    stop: ({ reason }: DomainError) => {
      reasons[index] = reason;
    },
  }));
  return { open, ended: () => reasons.filter((reason) => reason === "CONNECTION_AGED").length };
}

it("ends the streams of a connection evenly over its time", () => {
  const { open, ended } = streams(4);
  const aging = new Aging(open, 0, 100);
  const seen = [0, 24, 25, 50, 74, 75].map((nowMs) => {
    aging.look(open, nowMs);
    return ended();
  });
  expect(seen).toEqual([1, 1, 2, 3, 3, 4]);
});

it("ends at its end also the streams that came meanwhile, and not before", () => {
  const late = streams(1);
  const aging = new Aging([], 0, 100);
  aging.look(late.open, 99);
  expect(late.ended()).toBe(0);
  aging.look(late.open, 100);
  expect(late.ended()).toBe(1);
});
