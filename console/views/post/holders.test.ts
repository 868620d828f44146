import { describe, expect, it } from "vitest";
import { PostPlace } from "#gen/timeline/v1/timeline.ts";
import { type OnItsWay, wordsOf } from "./holders.ts";

const FORGOTTEN: OnItsWay = {
  ...{ isDeleted: false, letterCount: 0, steps: new Set(), silentWorkers: [], queued: 0 },
};
const why = (known: Partial<OnItsWay>) =>
  wordsOf(PostPlace.MISSING, { ...FORGOTTEN, ...known }).why;
const RELAYED = new Set(["stored", "relayed"] as const);

describe("a post that is deleted, hidden or erased", () => {
  const places = Object.values(PostPlace).filter((place) => place >= 0);
  const deleted = { ...FORGOTTEN, isDeleted: true };
  it("is found by nobody, wherever something is left of it", () => {
    expect(places.length).toBeGreaterThan(7);
    expect(places.filter((place) => wordsOf(place, deleted).has)).toEqual([]);
  });

  it("is missed by nobody: nothing is advised, whatever is known of its way", () => {
    const advice =
      /rebuild|finds it|takes? it|it is on its way|waits|dead letters|being filled now$/;
    const ways: readonly Partial<OnItsWay>[] = [
      {},
      { letterCount: 1 },
      { steps: new Set(["stored", "relayed", "taken", "delivered"]) },
      { silentWorkers: ["fanout"], queued: 3 },
    ];
    for (const way of ways) {
      for (const place of places) {
        expect(wordsOf(place, { ...deleted, ...way }).why).not.toMatch(advice);
      }
    }
    expect(wordsOf(PostPlace.MISSING, deleted).why).toBe("not on the timeline, as it should be");
  });
});

describe("why a friend has not got a post", () => {
  it("is the worker that does not answer, when nobody else has taken it", () => {
    expect(why({ steps: RELAYED, silentWorkers: ["fanout"], queued: 3 })).toBe(
      "fanout does not answer; the post waits in posts.fanout (3 messages)",
    );
    expect(why({ silentWorkers: ["fanout-0", "fanout-1"], queued: undefined })).toBe(
      "fanout-0, fanout-1 do not answer; the post waits in posts.fanout",
    );
  });

  it("is where it waits, as long as it is on its way", () => {
    const stored = { steps: new Set(["stored"] as const), silentWorkers: ["fanout"] };
    expect(why(stored)).toContain("its relay has it");
    expect(why({ steps: RELAYED, queued: 1 })).toBe(
      "no worker has taken it yet: it waits in posts.fanout (1 message)",
    );
    expect(why({ steps: new Set([...RELAYED, "taken"]) })).toContain("a worker has it in hand");
    expect(why({ queued: 9 })).toContain("it may be among what waits");
  });

  it("is mended by a rebuild when its steps are over, and not before", () => {
    const over = [{ steps: new Set([...RELAYED, "taken", "delivered"] as const) }, {}];
    expect(over.map((one) => why(one).includes("rebuild"))).toEqual([true, true]);
    const going = [
      { steps: RELAYED },
      { steps: RELAYED, silentWorkers: ["fanout"] },
      { silentWorkers: ["fanout"] },
      { queued: 1 },
      { queued: undefined },
      { letterCount: 1 },
    ];
    expect(going.filter((one) => why(one).includes("rebuild"))).toEqual([]);
  });
});
