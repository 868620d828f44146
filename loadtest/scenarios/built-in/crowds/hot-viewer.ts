import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const hotViewer = scenario({
  name: "hot-viewer",
  about: "One person's page is asked for 500 times a second: everyone else must not feel it.",
  surges: [{ kind: "hot viewer", atSecond: 20, seconds: 20, perSecond: 500 }],
  thresholds: [...TIMES, "p99(hot.page) < 50ms", ...ANSWERED, ...CORRECT, ...FRESH],
});
