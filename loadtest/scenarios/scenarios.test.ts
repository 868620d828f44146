import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { checkScenario } from "./check-scenario.ts";
import { readScenario } from "./read-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

describe("built-in scenarios", () => {
  it.each([...SCENARIOS])("%s can be run as it is", async (name, scenario) => {
    expect(await checkScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
    expect(scenario.name).toBe(name);
    expect(scenario.about.length).toBeGreaterThan(30);
  });

  it("of a mix can be asked for at another rate, and of people they can't", async () => {
    const mix = await readScenario("taobench-a", { rate: 1_500 });
    const given = present(SCENARIOS.get("taobench-a"));
    expect(mix).toEqual({ ...given, load: { ...given.load, perSecond: 1_500 } });
    await expect(readScenario("steady", { rate: 1_500 })).rejects.toThrow("--rate is for a mix");
  });
});
