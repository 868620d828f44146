import { fileURLToPath } from "node:url";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { findClient } from "../../../tools/grpc-clients/install.ts";
import { type GhzLoad, playGhz } from "../../drivers/ghz/play-ghz.ts";
import type { Measured } from "../../measure/measured.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { GeneratorError, type Generators } from "../generators/generators.ts";
import type { PlayOptions } from "../play-options.ts";
import { ghzCalls } from "./ghz-calls.ts";

type Started = Pick<PlayOptions, "scenario" | "generator" | "target">;

const DESCRIPTORS = fileURLToPath(new URL("../../../gen/descriptors.binpb", import.meta.url));
/** Goroutines of each call; a target that is slower than that shows as sent too late. */
const MOST_IN_FLIGHT = 500;
const ABSENT =
  "ghz was not found: install it with `npm run grpc-clients`, or use another --driver.";
const ENDED =
  "ghz tells what it measured when it is done: of a run that ends before its time nothing is kept.";

/** ghz as the generator of a run; see `checkPlayable` for what it can play. It watches nothing. */
export function startGhz({ scenario, generator, target }: Started): Generators {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  const prepared = prepare(scenario, target);
  const begin = Promise.withResolvers<number>();
  const run = async (): Promise<Measured> => {
    const load = { ...(await prepared), ...inFlightOf(generator), protoset: DESCRIPTORS, signal };
    await systemClock.delay(Math.max(0, (await begin.promise) - Date.now()), signal);
    const { warmUpSeconds, seconds } = scenario;
    if (warmUpSeconds > 0) await playGhz({ ...load, seconds: warmUpSeconds });
    return await playGhz({ ...load, seconds });
  };
  const measured = run().catch((error: Error) => {
    throw signal.aborted ? new GeneratorError(ENDED) : error;
  });
  return {
    ready: prepared.then(() => {}),
    sent: measured.then(
      () => {},
      () => {},
    ),
    lost: new Promise((resolve) => measured.catch(({ message }: Error) => resolve(message))),
    parts: measured.then(
      (one) => ({
        parts: [{ generator: 0, measured: one, sentences: [], failure: undefined }],
        lost: [],
      }),
      ({ message }: Error) => ({ parts: [], lost: [message] }),
    ),
    start: begin.resolve,
    owners: () => {}, // its calls are what they were
    stop,
    settled: () => {},
    giveUp: stop,
    [Symbol.dispose]: stop,
  };
}

async function prepare(
  scenario: Scenario,
  target: Started["target"],
): Promise<Pick<GhzLoad, "calls" | "program">> {
  const { load } = scenario;
  if (load.kind !== "mix") throw new RangeError(`ghz plays mixes, and this is "${load.kind}"`);
  const program = await findClient("ghz");
  if (program === undefined) throw new GeneratorError(ABSENT);
  const population = populationOf(scenario);
  const { addresses, ownerOf } = target;
  const calls = await ghzCalls({ ...load, scenario, population, addresses, ownerOf });
  return { calls, program };
}

function inFlightOf({ maxOpen, connections }: PlayOptions["generator"]) {
  return { inFlight: Math.min(maxOpen, MOST_IN_FLIGHT), connections };
}
