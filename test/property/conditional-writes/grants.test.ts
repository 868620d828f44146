import { expect, it } from "vitest";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { cqlGrants } from "../../../services/platform/storage/ids/cql-grants.ts";
import { GRANT_MS } from "../../../services/platform/storage/ids/grants.ts";
import { IdStamper } from "../../../services/platform/storage/ids/stamper.ts";
import { type Choose, everyPath } from "./every-path.ts";
import { LateCql } from "./late-cql.ts";

const FAULTS = 2;
const STEP_MS = 1_000;
const sameStart = () => 0;

/**
 * One process stamps up to the end of what it was granted, extends, and dies at some moment, or leaves in
 * order; the next one takes the first node that is free. Of one node, its grant begins after the last stamp.
 */
async function twoProcesses(choose: Choose): Promise<void> {
  const nowMs = new ManualClock().nowMs();
  const cql = new LateCql(choose, FAULTS);
  const first = cqlGrants(cql.session, sameStart);
  let grant = await first.acquire(nowMs, nowMs + GRANT_MS).catch(() => undefined);
  if (!grant) return;
  const stamper = new IdStamper(grant);
  const extensions = choose(4);
  for (let i = 1; i <= extensions; i++) {
    const toMs = nowMs + GRANT_MS + i * STEP_MS;
    const extended: typeof grant | undefined = await first.extend(grant, toMs).catch(() => grant);
    // Nobody else takes nodes meanwhile, so it never is another's.
    expect(extended).toBeDefined();
    grant = extended ?? grant;
    stamper.extendTo(grant.toMs);
  }
  expect(typeof stamper.next(grant.toMs - 1)).toBe("bigint");
  if (choose(2) === 1) await first.release(grant, stamper.unusedFromMs).catch(() => {});
  const laterMs = nowMs + GRANT_MS + choose(4) * STEP_MS;
  const second = cqlGrants(cql.session, sameStart);
  const next = await second.acquire(laterMs, laterMs + GRANT_MS).catch(() => undefined);
  if (next?.node === grant.node) expect(next.fromMs).toBeGreaterThanOrEqual(stamper.unusedFromMs);
}

it("no time of a node is granted twice, whatever becomes of single writes", async () => {
  const runs = await everyPath(twoProcesses);
  expect(runs).toBeGreaterThan(1_000);
});
