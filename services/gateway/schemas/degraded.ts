import { Type } from "@sinclair/typebox";
import { oneOf } from "./ids.ts";

export const DEGRADED_REASONS = [
  "filling",
  "below_floor",
  "cold_slow",
  "ranking_unavailable",
  "friends_unavailable",
  "posts_unavailable",
  "store_unavailable",
  "index_behind",
  "reactions_unavailable",
] as const;
export type DegradedWord = (typeof DEGRADED_REASONS)[number];

export const Degraded = Type.Array(oneOf(DEGRADED_REASONS, "What may be lacking, and why."), {
  description: "What this answer may lack; absent when nothing.",
});
