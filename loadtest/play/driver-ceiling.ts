import type { Population } from "../../population/population.ts";
import { type CeilingDriver, ceilingFor, type MixPart } from "../drivers/ceiling-for.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { expectedCalls } from "../sessions/expected-rates.ts";
import type { GeneratorOptions } from "./generators/generator-plan.ts";

/** Bytes of a message and of its answer, about: pages of 20 entries, posts of 100 letters. */
const BYTES: Readonly<Record<string, readonly [message: number, answer: number]>> = {
  "timeline.get": [40, 1_500],
  "posts.get": [200, 4_000],
  "post.create": [150, 20],
  "gateway.page": [600, 8_000],
  "gateway.post": [800, 200],
};
const OTHER_BYTES = [100, 100] as const;

/**
 * Calls a second that the scenario's driver can do on this machine, by a null server. To be called while
 * nothing else runs; undefined for a closed loop, whose rate is whatever comes of it, and for ghz.
 */
export async function driverCeiling(
  scenario: Scenario,
  population: Population,
  { driver, connections }: Pick<GeneratorOptions, "driver" | "connections">,
): Promise<number | undefined> {
  const { load } = scenario;
  if (load.kind === "closed" || driver === "ghz" || driver === "autocannon") return undefined;
  const isRest = load.kind === "sessions" && load.via === "rest";
  const name: CeilingDriver = isRest ? "rest" : driver;
  const mix = Object.entries(expectedCalls(scenario, population)).map(
    ([operation, weight]): MixPart => {
      const [message, answerBytes] = BYTES[operation] ?? OTHER_BYTES;
      return {
        weight,
        message: isRest ? restMessage(message) : new Uint8Array(message),
        answerBytes,
      };
    },
  );
  const { perSecond } = await ceilingFor(name, mix, isRest ? {} : { connections });
  return perSecond;
}

/** A request of about so many bytes, in the REST driver's form. */
function restMessage(bytes: number): Uint8Array {
  const headers = { authorization: "x".repeat(bytes) };
  return new TextEncoder().encode(JSON.stringify({ method: "GET", path: "/", headers }));
}
