import { describe, expect, it } from "vitest";
import { BusyRate } from "./busy-rate.ts";

/** Plays so many windows of 100 ms, busy for a part of each. */
class Played {
  #busyMs = 0;
  #nowMs = 0;
  readonly rate = new BusyRate(() => this.#busyMs);

  windows(count: number, { busy, calls }: { busy: number; calls: number }): number | undefined {
    for (let window = 0; window < count; window++) {
      for (let call = 0; call < calls; call++) this.rate.ended();
      this.#busyMs += 100 * busy;
      this.#nowMs += 100;
      this.rate.look(this.#nowMs);
    }
    return this.rate.isBusy ? this.rate.in(50) : undefined;
  }
}

describe("what a process does while it is busy", () => {
  it("is known once it has been busy all the time for a while, and no longer than that", () => {
    const played = new Played();
    expect(played.windows(4, { busy: 1, calls: 100 })).toBeUndefined();
    expect(played.windows(60, { busy: 1, calls: 100 })).toBeCloseTo(50, 0);
    expect(played.windows(3, { busy: 0, calls: 0 })).toBeUndefined();
  });

  it("follows what it does", () => {
    const played = new Played();
    played.windows(60, { busy: 1, calls: 100 });
    expect(played.windows(60, { busy: 1, calls: 20 })).toBeCloseTo(10, 0);
  });

  it("is nothing of one that waits", () => {
    expect(new Played().windows(100, { busy: 0.8, calls: 1_000 })).toBeUndefined();
  });
});
