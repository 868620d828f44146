import { describe, expect, it } from "vitest";
import { DEFAULT_GRADIENT, GradientLimit, type GradientPolicy } from "./gradient-limit.ts";
import type { MethodTimes } from "./service-times.ts";

const POLICY = { ...DEFAULT_GRADIENT, min: 8 };
const { windowMs, probeEveryMs, min, max, initial } = POLICY;

interface PlayOptions {
  readonly peak?: number;
  readonly isMet?: boolean;
  /** Part of the time that the event loop is busy. */
  readonly busy?: number;
  /** That end in a window. */
  readonly calls?: number;
}

/** Plays windows in each of which some calls take so long, with so many here at most. */
class Played {
  #busyMs = 0;
  readonly limit: GradientLimit;
  readonly #times: MethodTimes;
  #nowMs = 0;

  constructor(policy: GradientPolicy = POLICY) {
    this.limit = new GradientLimit(policy, () => this.#busyMs);
    this.#times = this.limit.method();
    this.limit.look(0);
  }

  windows(count: number, tookMs: number, options: PlayOptions = {}): number {
    const { isMet = true, busy = 0, calls = 20 } = options;
    for (let window = 0; window < count; window++) {
      const { peak = Math.floor(this.limit.calls) } = options;
      for (let call = 0; call < calls; call++) {
        this.#times.add(tookMs);
        this.limit.ended();
      }
      this.#busyMs += busy * windowMs;
      this.limit.holds(peak);
      if (isMet) this.limit.met();
      this.#nowMs += windowMs;
      this.limit.look(this.#nowMs);
    }
    return this.limit.calls;
  }

  /** A window that ends so much later, for the loop was busy meanwhile. */
  late(ms: number, busyMs = ms): number {
    this.#busyMs += busyMs;
    this.#nowMs += windowMs + ms;
    this.limit.look(this.#nowMs);
    return this.limit.calls;
  }
}

describe("the limit", () => {
  it("grows while calls that fill it take no longer, and ends at its maximum", () => {
    const played = new Played();
    expect(played.windows(10, 20)).toBeGreaterThan(initial);
    expect(played.windows(400, 20)).toBe(max);
  });

  it("stays when it is not filled: nobody knows what more calls would do", () => {
    const played = new Played();
    expect(played.windows(100, 20, { peak: initial / 2 - 1, isMet: false })).toBe(initial);
    expect(played.windows(100, 200, { peak: 5, isMet: false })).toBe(initial);
  });

  it("shrinks within a second when calls take many times as long, to its minimum at the least", () => {
    const played = new Played();
    played.windows(5, 20);
    expect(played.windows(10, 400)).toBeLessThan(initial / 2);
    // There the gradient and the room to try balance.
    expect(played.windows(50, 4_000)).toBeGreaterThanOrEqual(min);
    expect(played.limit.calls).toBeLessThan(2 * min);
  });

  it("does not take what lasts for what is usual, while it is met", () => {
    const played = new Played();
    played.windows(5, 20, { peak: 10, isMet: false });
    const soon = played.windows(50, 100);
    // Each look at a server with room sees the 20 ms again: here as if it were there at once.
    for (let minute = 0; minute < 10; minute++) {
      played.windows(probeEveryMs / windowMs - 1, 100);
      while (played.limit.calls !== min) played.windows(1, 100);
      played.windows(1, 20, { peak: min });
    }
    expect(played.windows(10, 100)).toBeLessThan(1.2 * soon);
  });

  it("believes in time that a disk has become slower", () => {
    const played = new Played();
    played.windows(5, 20);
    const low = played.windows(100, 200);
    expect(played.windows(1_300, 200)).toBeGreaterThan(4 * low);
  });

  it("looks at what calls take with room only when it is met", () => {
    const played = new Played();
    for (let window = 0; window < 1_000; window++) {
      played.windows(1, 20, { peak: 150, isMet: false });
      expect(played.limit.calls).not.toBe(min);
    }
  });

  it("sees no strain in a mix that shifts from quick calls to slow ones", () => {
    const limit = new GradientLimit(DEFAULT_GRADIENT, () => 0);
    const [quick, slow] = [limit.method(), limit.method()];
    for (let window = 1; window <= 100; window++) {
      const slowCalls = window < 50 ? 20 : 200;
      for (let call = 0; call < 220 - slowCalls; call++) quick.add(1);
      for (let call = 0; call < slowCalls; call++) slow.add(80);
      limit.holds(Math.floor(limit.calls));
      limit.look(window * windowMs);
      expect(limit.calls).toBeGreaterThanOrEqual(initial);
    }
  });
});

describe("a loop that stood still", () => {
  const playedAt = (busy: number) => {
    const played = new Played(DEFAULT_GRADIENT);
    played.windows(50, 5, { busy, calls: 200, isMet: false, peak: 10 });
    return played;
  };

  it("has room for all that came meanwhile, for one window", () => {
    const played = playedAt(0.5);
    expect(played.late(150)).toBeGreaterThan(2 * 150);
    expect(played.windows(1, 5, { isMet: false, peak: 10 })).toBe(initial);
  });

  it("has no more for a short pause, nor where it had nothing to do meanwhile, nor when it is busy all the time", () => {
    expect(playedAt(0.5).late(10)).toBe(initial);
    expect(playedAt(0).late(10_000, 0)).toBe(initial);
    expect(playedAt(1).late(150, windowMs + 150)).toBe(initial);
  });
});

describe("the least that is held at a time", () => {
  const strained = (options: PlayOptions, windows = 100) => {
    const played = new Played(DEFAULT_GRADIENT);
    played.windows(5, 5);
    return played.windows(windows, 500, options);
  };

  it("is what one that is busy all the time does in so long", () => {
    expect(DEFAULT_GRADIENT.leastMs).toBe(windowMs);
    expect(strained({ busy: 1, calls: 80 })).toBeLessThan(1.25 * 80);
    expect(strained({ busy: 1, calls: 80 })).toBeGreaterThan(0.9 * 80);
    expect(strained({ busy: 1, calls: 12 })).toBeLessThan(DEFAULT_GRADIENT.floor + 10);
  });

  it("is what one connection may bring, where the loop waits for something, or was busy for a moment", () => {
    for (const one of [{ busy: 0.8, calls: 12 }, { calls: 1_000 }, { busy: 1, calls: 1_000 }]) {
      expect(strained(one)).toBeGreaterThanOrEqual(DEFAULT_GRADIENT.min);
    }
    expect(strained({ busy: 1, calls: 100 }, 4)).toBeGreaterThanOrEqual(DEFAULT_GRADIENT.min);
  });
});
