import { describe, expect, it } from "vitest";
import { answerSteps, PostSteps } from "./post-steps.ts";

describe("the steps of posts", () => {
  it("are told of one post, oldest first", () => {
    const steps = new PostSteps(100);
    steps.note("stored", { postId: 7n }, 101);
    steps.note("stored", { postId: 8n }, 102);
    steps.note("appended", { postId: 7n, deleted: true }, 103, 200);
    expect(steps.of(7n)).toEqual([
      { step: "stored", timeMs: 101, count: 0, isDeletion: false },
      { step: "appended", timeMs: 103, count: 200, isDeletion: true },
    ]);
    expect(steps.of(9n)).toEqual([]);
    expect(steps.sinceMs).toBe(100);
  });

  it("forget the oldest, and say since when they know all", () => {
    const steps = new PostSteps(0, 3);
    for (let i = 1; i <= 5; i++) steps.note("taken", { postId: BigInt(i) }, i * 10);
    expect([1n, 2n, 3n, 4n, 5n].map((post) => steps.of(post).length)).toEqual([0, 0, 1, 1, 1]);
    expect(steps.sinceMs).toBe(30);
  });

  it("are answered for an id, and for nothing else", () => {
    const steps = new PostSteps(5);
    steps.note("relayed", { postId: 12n }, 6);
    expect(answerSteps(steps, new URLSearchParams("post=12"))).toEqual({
      since_ms: 5,
      steps: [{ step: "relayed", time_ms: 6, count: 0, deletion: false }],
    });
    expect(answerSteps(steps, new URLSearchParams("post=x"))).toBeUndefined();
    expect(answerSteps(steps, new URLSearchParams())).toBeUndefined();
  });
});
