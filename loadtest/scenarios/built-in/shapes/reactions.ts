import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const reactions = scenario({
  name: "reactions",
  about:
    "The load of `steady`, and what people do to posts that they read: five likes and one comment each a day.",
  load: { kind: "sessions", via: "grpc", reactions: true },
  thresholds: [
    ...TIMES,
    "p99(reactions.get) < 50ms",
    "p99(reaction.like) < 50ms",
    "p99(reaction.comment) < 50ms",
    ...ANSWERED,
    "failed(reactions.get) <= 0.1%",
    "failed(reaction.like) <= 0.1%",
    "failed(reaction.comment) <= 0.1%",
    ...CORRECT,
    ...FRESH,
  ],
});
