import { expect, it } from "vitest";
import { UntakenAnswer, UntakenAnswers } from "./untaken-answers.ts";

function setUp() {
  const ended: string[] = [];
  const counts: number[] = [];
  const limits = { takingMs: 100, maxUntakenBytes: 800 };
  const untaken = new UntakenAnswers(limits, (count) => counts.push(count));
  const add = (name: string, bytes: number, sinceMs: number) => {
    const answer = new UntakenAnswer(bytes, sinceMs, () => ended.push(name));
    untaken.add(answer);
    return answer;
  };
  return { ended, counts, untaken, add };
}

it("ends what was not taken in time, and nothing else", () => {
  const { ended, counts, untaken, add } = setUp();
  add("old", 10, 0);
  add("young", 10, 1);
  untaken.delete(add("taken", 10, 0));
  untaken.look(100);
  expect(ended).toEqual([]);
  untaken.look(101);
  expect([ended, counts, untaken.bytes]).toEqual([["old"], [1], 10]);
});

it("has room for so many bytes, and lets the oldest go for the newest", () => {
  const { ended, untaken, add } = setUp();
  const [first] = [2, 1, 3, 4].map((sinceMs) => add(`${sinceMs}`, 200, sinceMs));
  expect(ended).toEqual([]);
  add("5", 100, 5);
  expect(ended).toEqual(["1"]);
  expect(untaken.bytes).toBe(700);
  if (first) untaken.delete(first);
  expect(untaken.bytes).toBe(500);
});

it("counts what it has ended once, when the connection closes behind it", () => {
  const { untaken, add } = setUp();
  const answer = add("slow", 300, 0);
  untaken.look(1_000);
  untaken.delete(answer);
  expect(untaken.bytes).toBe(0);
});
