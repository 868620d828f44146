import { expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { SCENARIOS } from "../scenarios/scenarios.ts";
import { scaleOf } from "./scale-scenario.ts";

const named = (name: string) => present(SCENARIOS.get(name));

it("scales a mix in calls a second, and sessions in daily users", () => {
  const mix = scaleOf(named("mix"));
  expect([mix.unit, mix.own]).toEqual(["calls a second", 400]);
  expect(mix.at(500).load).toMatchObject({ kind: "mix", perSecond: 500 });
  const steady = scaleOf(named("steady"));
  expect([steady.unit, steady.own]).toEqual(["daily users", 200_000]);
  expect(steady.at(500).dailyUsers).toBe(500);
});

it("refuses a closed loop: nobody can set its load", () => {
  expect(() => scaleOf(named("closed-loop"))).toThrow("no step of a search would ask for more");
});
