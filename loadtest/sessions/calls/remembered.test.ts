import { expect, it } from "vitest";
import { remembered } from "./remembered.ts";

it("works out what is asked about a person once, also when that is nothing much", () => {
  const asked: number[] = [];
  const isEven = remembered(
    ({ person }: { person: number }) => person,
    ({ person }) => {
      asked.push(person);
      return person % 2 === 0;
    },
  );
  expect([1, 2, 1, 2, 3].map((person) => isEven({ person }))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
  expect(asked).toEqual([1, 2, 3]);
});
