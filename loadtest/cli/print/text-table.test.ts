import { styleText } from "node:util";
import { expect, it } from "vitest";
import { textTable } from "./text-table.ts";

it("aligns columns, the first left; colours take no room", () => {
  const red = styleText("red", "INVALID", { validateStream: false });
  const text = textTable([["name", "p99"], ["timeline.get", red], ["post", "1.20 ms"], ["all"]]);
  expect(text.split("\n")).toEqual([
    "name              p99",
    `timeline.get  ${red}`,
    "post          1.20 ms",
    "all",
  ]);
});
