import type { CallScenario } from "../spec/call-scenario.ts";
import { feedsim } from "./feedsim.ts";
import { YCSB } from "./ycsb.ts";

/** Workloads that others publish, as scenarios on this mesh, by name. */
export const PUBLISHED: ReadonlyMap<string, CallScenario> = new Map([
  ...YCSB,
  [feedsim.name, feedsim],
]);
