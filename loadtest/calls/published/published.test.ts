import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { compileFlows } from "../plan/compile-flows.ts";
import { tryOut } from "../plan/flow-steps.ts";
import { checkCalls } from "../spec/read-calls.ts";
import { PUBLISHED, publishedHere } from "./published.ts";

const DESCRIPTORS = new URL("../../../gen/descriptors.binpb", import.meta.url);

describe("published workloads", () => {
  it.each([...PUBLISHED.values()])("$name asks for what the mesh has", async (scenario) => {
    checkCalls(scenario);
    const flows = compileFlows(scenario, await readFile(DESCRIPTORS));
    for (const flow of flows) tryOut(flow, scenario.seed, undefined);
    const weights = scenario.flows.map(({ weight = 1 }) => weight);
    expect([1, 100]).toContain(weights.reduce((sum, weight) => sum + weight, 0));
  });

  it("are asked of the mesh that runs here, wherever its ports are", () => {
    const at = (name: string, env: Record<string, string>) =>
      publishedHere(name, env)?.target.addresses;
    expect(at("ycsb-a", {})).toEqual(["127.0.0.1:50051"]);
    expect(at("ycsb-a", { TIDINGS_PORT_BASE: "9000" })).toEqual(["127.0.0.1:9001"]);
    expect(at("feedsim", { TIDINGS_PORT_BASE: "9000" })).toEqual(["127.0.0.1:9003"]);
    expect(at("ycsb-a", { TIDINGS_POST_ADDRESSES: "a:1,b:2" })).toEqual(["a:1", "b:2"]);
    expect(() => at("ycsb-a", { TIDINGS_PORT_BASE: "x" })).toThrow('TIDINGS_PORT_BASE="x"');
    expect(at("mine", {})).toBeUndefined();
  });
});
