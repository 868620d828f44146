import { expect, it } from "vitest";
import { answerOf } from "./answer.ts";

const said = (confirmed: number | undefined, failed: number | undefined, changes = {}) =>
  answerOf({ confirmed, failed, steps: [], ended: undefined, ...changes }, 1_000, 0.05);

it("is true when both ends are near, false when one is not, and INCONCLUSIVE when that is what was said", () => {
  expect(said(960, 1_010)).toBe("true");
  expect([said(900, 960), said(940, 1_010), said(990, 1_100)]).toEqual(["false", "false", "false"]);
  expect([said(undefined, undefined), said(990, undefined)]).toEqual(["false", "false"]);
  expect(said(900, undefined, { unknown: { from: 900, to: undefined } })).toBe("INCONCLUSIVE");
  expect(said(undefined, undefined, { ended: "INCONCLUSIVE: 13 steps" })).toBe("INCONCLUSIVE");
});
