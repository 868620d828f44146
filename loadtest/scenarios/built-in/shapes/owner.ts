import { scenario } from "../../define.ts";

export const owner = scenario({
  name: "owner",
  about:
    "What one timeline process of 20 sees: everyone's posts, and the pages of its own viewers.",
  world: { people: 1_000_000 },
  slice: { kind: "owner", owners: 20 },
  dailyUsers: 500_000,
});
