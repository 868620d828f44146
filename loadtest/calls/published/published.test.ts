import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compileFlows } from "../plan/compile-flows.ts";
import { tryOut } from "../plan/flow-steps.ts";
import { checkCalls } from "../spec/read-calls.ts";
import { PUBLISHED } from "./published.ts";

const DESCRIPTORS = new URL("../../../gen/descriptors.binpb", import.meta.url);

describe("published workloads", () => {
  it.each([...PUBLISHED.values()])("$name asks for what the mesh has", async (scenario) => {
    checkCalls(scenario);
    const flows = compileFlows(scenario, await readFile(DESCRIPTORS));
    for (const flow of flows) tryOut(flow, scenario.seed, undefined);
    const weights = scenario.flows.map(({ weight = 1 }) => weight);
    expect([1, 100]).toContain(weights.reduce((sum, weight) => sum + weight, 0));
  });
});
