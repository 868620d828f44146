import { expect, it } from "vitest";
import { Openings } from "./openings.ts";

const nextTurn = () => new Promise(setImmediate);

function setUp() {
  const openings = new Openings();
  const begun: string[] = [];
  const open = (caller: string, count: number) => {
    for (let i = 0; i < count; i++) openings.begin(caller, () => begun.push(`${caller}${i}`));
  };
  return { open, begun };
}

it("opens at once what is not much", () => {
  const { open, begun } = setUp();
  open("a", 32);
  expect(begun).toHaveLength(32);
});

it("opens the rest in the turns after, in order, and nothing is left", async () => {
  const { open, begun } = setUp();
  open("a", 1_000);
  expect(begun).toHaveLength(32);
  await nextTurn();
  expect(begun).toHaveLength(64);
  for (let turn = 0; turn < 1_000 / 32; turn++) await nextTurn();
  expect(begun).toEqual(Array.from({ length: 1_000 }, (_, i) => `a${i}`));
});

it("lets nobody wait for all that another has asked for", async () => {
  const { open, begun } = setUp();
  open("a", 10_000);
  open("b", 3);
  await nextTurn();
  expect(begun.filter((one) => one.startsWith("b"))).toEqual(["b0", "b1", "b2"]);
  expect(begun).toHaveLength(64);
});

it("goes on though one that it opens opens more", async () => {
  const openings = new Openings();
  let begun = 0;
  const again = () => {
    if (++begun < 100) openings.begin("a", again);
  };
  openings.begin("a", again);
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  expect(begun).toBe(100);
});
