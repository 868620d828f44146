import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import type { GrantStore } from "../../services/platform/storage/ids/grants.ts";

/** Grants as several processes see them; embedded there is only one. */
export interface GrantFixture {
  /** The grants as one more process sees them. */
  process(): GrantStore;
  close(): Promise<void>;
}

/** What every store of id grants promises (rule 4.3). */
export function idGrantContract(open: () => Promise<GrantFixture>): void {
  let fixture: GrantFixture;
  let nowMs: number;

  beforeEach(async () => {
    fixture = await open();
    nowMs = new ManualClock(Date.now()).nowMs();
  });
  afterEach(() => fixture.close());

  const acquire = (grants: GrantStore, lengthMs = 10_000) =>
    grants.acquire(nowMs, nowMs + lengthMs);

  it("gives a node for the time asked for", async () => {
    const grant = await acquire(fixture.process());
    expect(grant).toMatchObject({ fromMs: nowMs, toMs: nowMs + 10_000 });
    expect(grant.node).toBeGreaterThanOrEqual(0);
    expect(grant.node).toBeLessThan(1_024);
  });

  it("never gives two grants of one node at one time", async () => {
    const nodes = await Promise.all(
      Array.from({ length: 8 }, async () => (await acquire(fixture.process())).node),
    );
    expect(new Set(nodes).size).toBe(8);
  });

  describe("the end of a grant", () => {
    it("moves on by extending, and back by releasing", async () => {
      const grants = fixture.process();
      const grant = await acquire(grants);
      const extended = await grants.extend(grant, nowMs + 20_000);
      expect(extended).toEqual({ ...grant, toMs: nowMs + 20_000 });
      await grants.release(extended ?? grant, nowMs + 1);
      nowMs += 1;
      const next = await acquire(fixture.process());
      expect(next.fromMs).toBeGreaterThanOrEqual(grant.fromMs + 1);
    });
  });
}
