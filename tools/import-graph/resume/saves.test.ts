import { expect, test } from "vitest";
import { Saves } from "./saves.ts";

test("the newest of what is offered is saved, also when the first offer is nothing", async () => {
  const saved: number[] = [];
  const saves = new Saves({ save: async (lines) => void saved.push(lines) });
  for (const lines of [0, 0, 250, 500, 250]) saves.offer(lines);
  await saves.done();
  saves.offer(750);
  await saves.done();
  expect(saved).toEqual([250, 500, 750]);
});
