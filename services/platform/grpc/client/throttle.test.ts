import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../../tools/limits/random.ts";
import { present } from "../../../model/invariant.ts";
import type { Priority } from "../../admission/priority.ts";
import { DEFAULT_THROTTLE, Throttle } from "./throttle.ts";

interface Asked {
  /** The first second; 0 unless said otherwise. */
  readonly from?: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** A second, evenly. */
  readonly taken: number;
  /** Then the server takes nothing. */
  readonly isStill?: (second: number) => boolean;
}

/** Asks so often; what is sent in each second. */
function sentInSeconds(
  throttle: Throttle,
  { from = 0, seconds, perSecond, taken, isStill = () => false }: Asked,
): readonly number[] {
  const random = randomFrom(1);
  return Array.from({ length: seconds }, (_, i) => {
    const second = from + i;
    let [sent, accepted] = [0, 0];
    for (let call = 1; call <= perSecond; call++) {
      const at = call / perSecond;
      if (!throttle.sends("page", (second + at) * 1_000, random())) continue;
      sent++;
      const isAccepted = !isStill(second + at) && accepted < taken * at;
      if (isAccepted) accepted++;
      throttle.answered("page", isAccepted);
    }
    return sent;
  });
}

function sentInLastSecond(throttle: Throttle, asked: Asked): number {
  return present(sentInSeconds(throttle, asked).at(-1));
}

describe("a caller of a server that refuses some", () => {
  it("sends little more than what is taken", () => {
    const load = { seconds: 30, perSecond: 3_000, taken: 1_000 };
    const sent = sentInLastSecond(new Throttle(), load);
    expect(sent).toBeGreaterThan(1_000 * (DEFAULT_THROTTLE.acceptsFactor - 0.1));
    expect(sent).toBeLessThan(1_000 * (DEFAULT_THROTTLE.acceptsFactor + 0.1));
  });

  it("does so within half a second of a flood", () => {
    const throttle = new Throttle();
    sentInSeconds(throttle, { seconds: 10, perSecond: 900, taken: 1_000 });
    const [first, second] = sentInSeconds(throttle, {
      ...{ from: 10, seconds: 2, perSecond: 9_000, taken: 1_000 },
    });
    expect(first).toBeLessThan(5_000);
    expect(second).toBeLessThan(1_400);
  });

  it("sends as much as before to one that stood still for a second", () => {
    const sent = sentInSeconds(new Throttle(), {
      ...{ seconds: 20, perSecond: 3_000, taken: 1_000 },
      isStill: (second) => second >= 10 && second < 11,
    });
    for (const one of sent.slice(10)) expect(one).toBeGreaterThan(1_050);
    for (const one of sent.slice(10)) expect(one).toBeLessThan(1_400);
  });

  it("is soon back where it was after it stood still for longer than is remembered", () => {
    const sent = sentInSeconds(new Throttle(), {
      ...{ seconds: 20, perSecond: 3_000, taken: 1_000 },
      isStill: (second) => second >= 10 && second < 13,
    });
    for (const one of sent.slice(15)) expect(one).toBeGreaterThan(900);
    for (const one of sent.slice(16)) expect(one).toBeLessThan(1_500);
  });

  it("believes in two seconds that a server takes less than it did", () => {
    const throttle = new Throttle();
    sentInSeconds(throttle, { seconds: 10, perSecond: 3_000, taken: 1_000 });
    const less = { from: 10, seconds: 4, perSecond: 3_000, taken: 300 };
    for (const one of sentInSeconds(throttle, less).slice(2)) expect(one).toBeLessThan(500);
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

  const isSent = (throttle: Throttle, priority: Priority, nowMs: number) =>
    Array.from({ length: 100 }, () => throttle.sends(priority, nowMs, 0)).at(-1);

  it("holds back no other priority", () => {
    const throttle = new Throttle();
    for (let call = 0; call < 1_000; call++) throttle.answered("rebuild", false);
    expect(isSent(throttle, "rebuild", 1_000)).toBe(false);
    expect(isSent(throttle, "page", 1_000)).toBe(true);
  });

  it("forgets", () => {
    const throttle = new Throttle();
    for (let call = 0; call < 1_000; call++) throttle.answered("page", false);
    expect(isSent(throttle, "page", 1_000)).toBe(false);
    expect(isSent(throttle, "page", 1_000 + 2 * DEFAULT_THROTTLE.memoryMs)).toBe(true);
  });
});
