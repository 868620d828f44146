import { expect, test } from "vitest";
import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { readNeighbours } from "./neighbours.ts";

test("services beside the mesh are named by commas, or one after the other, each once", () => {
  expect(readNeighbours("growth, bookstore")).toEqual(["growth", "bookstore"]);
  expect(readNeighbours("engagement,growth", readNeighbours("growth"))).toEqual([
    "growth",
    "engagement",
  ]);
  expect(readNeighbours("all", ["growth"])).toEqual(NEIGHBOURS);
  expect(() => readNeighbours("growht")).toThrow('"growht" is none of');
});
