import { expect, it } from "vitest";
import { readExposition, valueIn } from "./read-exposition.ts";

const PAGE = `# HELP a_total What it is
# TYPE a_total counter
a_total{service="post",path="a\\"b\\\\c"} 12
a_total 3.5
b{le="+Inf"} +Inf
c NaN
not a series
`;

it("reads series and their labels, those that are wanted", () => {
  expect(readExposition(PAGE, (name) => name === "a_total")).toEqual([
    { name: "a_total", labels: { service: "post", path: 'a"b\\c' }, value: 12 },
    { name: "a_total", labels: {}, value: 3.5 },
  ]);
  const others = readExposition(PAGE, (name) => name !== "a_total");
  expect(others).toEqual([
    { name: "b", labels: { le: "+Inf" }, value: Number.POSITIVE_INFINITY },
    { name: "c", labels: {}, value: Number.NaN },
  ]);
});

it("sums the series of a name, those that have the labels, and knows none from zero", () => {
  expect(valueIn(PAGE, "a_total")).toBe(15.5);
  expect(valueIn(PAGE, "a_total", { service: "post" })).toBe(12);
  expect(valueIn(PAGE, "a_total", { service: "friend" })).toBeNaN();
  expect(valueIn(PAGE, "a")).toBeNaN();
});
