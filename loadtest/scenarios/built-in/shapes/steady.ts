import { scenario } from "../../define.ts";

export const steady = scenario({
  name: "steady",
  about: "Everyone's sessions at the peak of the day.",
});
