import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const thunderingRefresh = scenario({
  name: "thundering-refresh",
  about: "A fifth of the active people pull their page down within two seconds.",
  surges: [{ kind: "refresh", atSecond: 20, people: 5_000, overSeconds: 2 }],
  thresholds: [...TIMES, "p99(refresh.page) < 500ms", ...ANSWERED, ...CORRECT, ...FRESH],
});
