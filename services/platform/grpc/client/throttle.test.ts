import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../../tools/limits/random.ts";
import { DEFAULT_THROTTLE, Throttle } from "./throttle.ts";

/** Asks so often a second; the server takes so many of what it is sent. Gives what is sent in the last second. */
function sentInLastSecond(
  throttle: Throttle,
  { seconds, perSecond, taken }: { seconds: number; perSecond: number; taken: number },
): number {
  const random = randomFrom(1);
  let sent = 0;
  for (let second = 0; second < seconds; second++) {
    sent = 0;
    for (let call = 0; call < perSecond; call++) {
      if (!throttle.sends("page", (second + call / perSecond) * 1_000, random())) continue;
      throttle.answered("page", sent++ < taken);
    }
  }
  return sent;
}

describe("a caller of a server that refuses some", () => {
  it("sends little more than what is taken", () => {
    const load = { seconds: 30, perSecond: 3_000, taken: 1_000 };
    const sent = sentInLastSecond(new Throttle(), load);
    expect(sent).toBeGreaterThan(1_000 * (DEFAULT_THROTTLE.acceptsFactor - 0.1));
    expect(sent).toBeLessThan(1_000 * (DEFAULT_THROTTLE.acceptsFactor + 0.1));
  });

  it("sends all when all is taken", () => {
    const load = { seconds: 10, perSecond: 1_000, taken: Infinity };
    expect(sentInLastSecond(new Throttle(), load)).toBe(1_000);
  });

  it("goes on asking one that takes nothing, a few times a second", () => {
    const load = { seconds: 60, perSecond: 1_000, taken: 0 };
    const sent = sentInLastSecond(new Throttle(), load);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(20);
  });

  it("takes calls that are on their way for no refusals", () => {
    const throttle = new Throttle();
    for (let call = 0; call < 1_000; call++) expect(throttle.sends("page", 1_000, 0)).toBe(true);
  });

  it("holds back no other priority", () => {
    const throttle = new Throttle();
    for (let call = 0; call < 1_000; call++) throttle.answered("rebuild", false);
    expect(throttle.sends("rebuild", 1_000, 0)).toBe(false);
    expect(throttle.sends("page", 1_000, 0)).toBe(true);
  });

  it("forgets", () => {
    const throttle = new Throttle();
    for (let call = 0; call < 1_000; call++) throttle.answered("page", false);
    expect(throttle.sends("page", 1_000, 0)).toBe(false);
    expect(throttle.sends("page", 1_000 + 10 * DEFAULT_THROTTLE.memoryMs, 0)).toBe(true);
  });
});
