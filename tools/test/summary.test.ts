import { expect, test } from "vitest";
import { closingLine, summarise } from "./summary.ts";

const TIMES = { startTime: 0, endTime: 1 };

test("counts tests, files that broke as a whole, and names what was skipped", () => {
  const summary = summarise({
    testResults: [
      {
        name: "a",
        ...TIMES,
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "a works" },
          { status: "failed", fullName: "a breaks" },
          { status: "skipped", fullName: "a on CQL" },
        ],
      },
      { name: "b", ...TIMES, status: "failed", message: "no such module", assertionResults: [] },
    ],
  });
  expect(closingLine(summary)).toBe("1 passed, 2 failed, 1 skipped");
  expect(summary.skippedNames).toEqual(["a on CQL"]);
});
