import { describeStep, drawSteps, type Step } from "./history/steps.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";

/** A message that says how to live through a failure again, and what a shortened history of it is. */
export async function tellFailure(seed: number, count: number, problem: string): Promise<string> {
  const fails = async (steps: readonly Step[]) =>
    (await simulate(seed, steps)).problem !== undefined;
  const shortest = await shrink(drawSteps(seed, count), fails);
  const { problem: last } = await simulate(seed, shortest);
  const history = shortest.map((step) => `  ${describeStep(step)}`);
  const replay = `npm run simulate -- --seed ${seed} --steps ${count}`;
  return [`${replay}: ${problem}`, ...history, `  ${last}`].join("\n");
}
