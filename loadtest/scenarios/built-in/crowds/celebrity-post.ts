import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const celebrityPost = scenario({
  name: "celebrity-post",
  about: "Whoever has the most friends posts five times: nobody else's posts may wait for these.",
  surges: [{ kind: "celebrity post", atSecond: 20, posts: 5 }],
  thresholds: [...TIMES, "p99(celebrity.post) < 200ms", ...ANSWERED, ...CORRECT, ...FRESH],
});
