import { expect, test } from "vitest";
import { OnItsWay } from "./on-its-way.ts";
import { parseLine } from "./parse-line.ts";

test("a failure tells which inserts may count twice when they are sent again", () => {
  const onItsWay = new OnItsWay();
  for (const line of ["Insert(1)", "GetRank(user_1)", "Insert(2)", "Insert(3, order-3)"]) {
    onItsWay.send(parseLine(line));
  }
  onItsWay.send({ operation: undefined }, "no operation");
  expect(onItsWay.warning).toMatch(/^0 operations were answered\. 2 inserts without an event id/);
  expect(onItsWay.answer()).toBeUndefined();
  expect(onItsWay.answer()).toBeUndefined();
  expect(onItsWay.warning).toMatch(/^2 operations were answered\. 1 inserts/);
  onItsWay.answer();
  expect(onItsWay.warning).toBe("3 operations were answered: send the rest again");
  onItsWay.answer();
  expect(onItsWay.answer()).toBe("no operation");
});
