import { describe, expect, it } from "vitest";
import { Deadlines } from "./deadlines.ts";

describe("deadlines", () => {
  it("fall due in order, without those that were over before, however many there are", () => {
    const deadlines = new Deadlines<{ deadlineMicros: number; over: boolean }>();
    const due: number[] = [];
    for (let now = 0; now < 10_000; now++) {
      deadlines.push({ deadlineMicros: now + 100, over: now % 3 > 0 });
      for (let item = deadlines.takeDue(now); item; item = deadlines.takeDue(now)) {
        due.push(item.deadlineMicros);
        expect(item.deadlineMicros).toBe(now);
      }
    }
    expect(due.length).toBe(3_300);
  });
});
