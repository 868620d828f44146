import { keyOf } from "../../../population/hash.ts";
import type { Population } from "../../../population/population.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import type { RunClock } from "../../run/run-clock.ts";
import { pickActive } from "../../sessions/pick-people.ts";
import { createTokens } from "../../sessions/rest/tokens.ts";
import { type HeldStreams, holdStreams } from "../../streams/hold-streams.ts";
import { gatewayHttps } from "../../target/gateway-https.ts";
import type { GeneratorPlan } from "./generator-plan.ts";

const VIEWERS_KEY = 0x6c697665;

/** The generator's part of the scenario's live streams, open; undefined: it has none. */
export async function holdStreamsOf(
  plan: Pick<GeneratorPlan, "scenario" | "target" | "generator" | "generators">,
  { population, clock }: { readonly population: Population; readonly clock: RunClock },
): Promise<HeldStreams | undefined> {
  const { scenario, target } = plan;
  const viewers = viewersOf(plan, population);
  if (viewers.length === 0) return undefined;
  return await holdStreams({
    gateways: target.addresses.gateway,
    https: await gatewayHttps(target.tokenEnv),
    viewers,
    tokens: await createTokens(target.tokenEnv, Date.now()),
    clock,
    fromMicros: scenario.warmUpSeconds * 1e6,
    time: systemClock,
  });
}

/** Active people in a drawn order, each once; generator i of n takes those that are i modulo n. */
export function viewersOf(
  {
    scenario: { streams = 0, world },
    generator,
    generators,
  }: Pick<GeneratorPlan, "scenario" | "generator" | "generators">,
  population: Population,
): readonly number[] {
  return pickActive(population, keyOf(world.seed, VIEWERS_KEY))
    .take(streams)
    .filter((_, place) => place % generators === generator)
    .toArray();
}
