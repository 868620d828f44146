import { describe, expect, it } from "vitest";
import { ERASURE_HISTORIES } from "./testing/histories/erasures.ts";
import { FRIEND_HISTORIES } from "./testing/histories/friends.ts";
import { POST_HISTORIES } from "./testing/histories/posts.ts";
import { REACTION_HISTORIES } from "./testing/histories/reactions.ts";
import { judge } from "./testing/restored.ts";

const HISTORIES = [
  ...POST_HISTORIES,
  ...FRIEND_HISTORIES,
  ...REACTION_HISTORIES,
  ...ERASURE_HISTORIES,
];

describe("what is written while a keyspace is copied is there as a whole, or not at all", () => {
  it.each(HISTORIES)("$name", async (history) => {
    const { copies, ofAfter, halves } = await judge(history);
    expect(halves).toEqual([]);
    // The change may be in none of what was copied, and must be where it was acknowledged before.
    expect(copies).toBeGreaterThan(ofAfter);
    expect(ofAfter).toBeGreaterThan(0);
  });
});
