import type { Measured } from "../../measure/measured.ts";
import type { GeneratedRun } from "../../play/generators/generate.ts";
import { prepareCalls } from "../play/prepare-calls.ts";
import { prepareCallPlay } from "../play/prepare-play.ts";
import type { CallScenario, FlowSpec, TargetSpec } from "../spec/call-scenario.ts";

/** Few calls, quickly, within this process. */
export function briefScenario(
  target: TargetSpec,
  flows: readonly FlowSpec[],
  changes: Partial<CallScenario> = {},
): CallScenario {
  return {
    kind: "calls",
    name: "brief",
    about: "",
    target,
    flows,
    perSecond: 200,
    pace: { shape: "constant" },
    arrivals: "even",
    seed: 1,
    warmUpSeconds: 0,
    seconds: 0.2,
    thresholds: [],
    ...changes,
  };
}

/** Plays flows against a server of a test, and gives what was measured. */
export async function playHere(
  { port }: { readonly port: number },
  flows: readonly FlowSpec[],
  changes: Partial<TargetSpec> = {},
): Promise<Measured & Pick<GeneratedRun, "sentences">> {
  const target = { addresses: [`localhost:${port}`], protocol: "grpc", ...changes } as const;
  return await playScenarioHere(briefScenario(target, flows));
}

export async function playScenarioHere(
  given: CallScenario,
): Promise<Measured & Pick<GeneratedRun, "sentences">> {
  const { scenario, descriptors } = await prepareCallPlay(given);
  await using generator = await prepareCalls({
    kind: "calls",
    scenario,
    descriptors,
    driver: "raw",
    connections: 2,
    maxOpen: 10_000,
    generator: 0,
    generators: 1,
  });
  const { measured, failure, sentences } = await generator.run({
    startAtMs: Date.now(),
    signal: new AbortController().signal,
    onStart: () => {},
    settled: async () => true,
    // What the machine is like, run.test.ts asks.
    probe: () => 1,
  });
  if (failure !== undefined) throw failure;
  return { ...measured, sentences };
}
