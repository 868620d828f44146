import { describe, expect, it } from "vitest";
import type { StepsAnswer } from "../../../services/model/post-steps.ts";
import { hopsOf, stepsOf } from "./life.ts";

const answer = (...steps: readonly [StepsAnswer["steps"][number]["step"], number, number?][]) => ({
  since_ms: 0,
  steps: steps.map(([step, time_ms, count = 0]) => ({ step, time_ms, count, deletion: false })),
});

const WAY = new Map([
  ["timeline-1", answer(["appended", 1_030, 40])],
  ["timeline-0", answer(["appended", 1_026, 60])],
  ["fanout", answer(["taken", 1_012], ["cut", 1_015, 100], ["delivered", 1_033])],
  ["post", answer(["stored", 1_004], ["relayed", 1_009])],
]);

describe("the life of a post", () => {
  it("is told in the order of time, from its acceptance on", () => {
    const steps = stepsOf(1_000, WAY);
    expect(steps.map(({ step, process, after_ms }) => `${after_ms} ${step} ${process}`)).toEqual([
      "0 accepted post",
      "4 stored post",
      "9 relayed post",
      "12 taken fanout",
      "15 cut fanout",
      "26 appended timeline-0",
      "30 appended timeline-1",
      "33 delivered fanout",
    ]);
    expect(steps.map(({ since_previous_ms }) => since_previous_ms)).toEqual([
      0, 4, 5, 3, 3, 11, 4, 3,
    ]);
  });

  it("has its lag by hop: an append ends with the last owner", () => {
    expect(hopsOf(stepsOf(1_000, WAY)).map(({ from, to, ms }) => `${from} > ${to}: ${ms}`)).toEqual(
      [
        "accepted > stored: 4",
        "stored > relayed: 5",
        "relayed > taken: 3",
        "taken > cut: 3",
        "cut > appended: 15",
        "appended > delivered: 3",
      ],
    );
  });

  it("is as long as it is remembered", () => {
    expect(hopsOf(stepsOf(5, new Map()))).toEqual([]);
    const left = new Map([["fanout", answer(["taken", 12], ["left-to-readers", 13])]]);
    expect(hopsOf(stepsOf(5, left)).map(({ to }) => to)).toEqual(["taken", "left-to-readers"]);
  });
});
