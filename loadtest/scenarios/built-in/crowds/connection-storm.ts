import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const connectionStorm = scenario({
  name: "connection-storm",
  about: "A thousand new connections within 5 s, each asking for one page.",
  surges: [{ kind: "connections", atSecond: 20, connections: 1_000, overSeconds: 5 }],
  thresholds: [...TIMES, "p99(connection.first-page) < 500ms", ...ANSWERED, ...CORRECT, ...FRESH],
});
