import { expect, it } from "vitest";
import { scenario } from "../define.ts";
import { senseProblems } from "./sense-problems.ts";

const problemsOf = (via: "grpc" | "rest", from: "one address" | "one instance") =>
  senseProblems(
    scenario({
      name: "flooded",
      about: "for tests",
      load: { kind: "sessions", via },
      surges: [{ kind: "flood", from, atSecond: 1, seconds: 1, perSecond: 5 }],
      thresholds: [],
    }),
  );

it("has an address flood where the gateway is asked, and an instance anywhere", () => {
  expect(problemsOf("rest", "one address")).toEqual([]);
  expect(problemsOf("rest", "one instance")).toEqual([]);
  expect(problemsOf("grpc", "one instance")).toEqual([]);
  expect(problemsOf("grpc", "one address")).toEqual([
    'surges[0]: addresses are those of the gateway\'s callers; use load.via "rest".',
  ]);
});
