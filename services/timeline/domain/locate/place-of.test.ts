import { describe, expect, it } from "vitest";
import { postIdOf } from "../../../model/ids.ts";
import { type Place, placeOf, type Sight } from "./place-of.ts";

const complete = { kind: "complete", floor: postIdOf(50) } as const;
const seen: Sight = {
  postId: 100n,
  state: complete,
  held: "not there",
  isPulled: false,
  indexSince: 90n,
};

describe("the place of a post on a timeline", () => {
  it.each<[why: string, differently: Partial<Sight>, place: Place]>([
    ["it is held", { held: "there" }, "ring"],
    ["it is held, and deleted", { held: "deleted" }, "ring-deleted"],
    ["above the floor and not held", {}, "missing"],
    ["below the floor, in the index", { state: { ...complete, floor: postIdOf(101) } }, "index"],
    ["below the floor and the index", { postId: 40n }, "posts"],
    [
      "below what can be read of rows",
      { state: { ...complete, readableFrom: postIdOf(101) } },
      "index",
    ],
    ["pulled, in the index", { isPulled: true }, "index"],
    ["pulled, and there is no index", { isPulled: true, indexSince: undefined }, "posts"],
    [
      "pulled, of a viewer for whom nothing is kept",
      { isPulled: true, state: { kind: "inactive" } },
      "index",
    ],
    ["nothing is kept", { state: { kind: "inactive" } }, "not-kept"],
    ["being filled", { state: { kind: "filling" } }, "filling"],
    ["being filled, and there already", { state: { kind: "filling" }, held: "there" }, "ring"],
  ])("%s", (_, differently, place) => {
    expect(placeOf({ ...seen, ...differently })).toBe(place);
  });
});
