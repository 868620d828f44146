import { simulate, stepsOf } from "./simulate.ts";
import { shrink } from "./shrink.ts";
import { describeStep } from "./history/steps.ts";
const seed = Number(process.argv[2]);
const s = await shrink(stepsOf(seed, 120), async (st) => (await simulate(seed, st)).problem !== undefined);
for (const x of s) console.log(describeStep(x));
console.log((await simulate(seed, s)).problem);
process.exit();
