import { ANSWERED, CORRECT, scenario } from "../../define.ts";

export const ramp = scenario({
  name: "ramp",
  about: "The load rises evenly to four times its beginning: where do times begin to rise?",
  pace: { shape: "ramp", from: 0.5, to: 2 },
  seconds: 120,
  thresholds: [...ANSWERED, ...CORRECT],
});
