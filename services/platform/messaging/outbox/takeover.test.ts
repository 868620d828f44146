import { expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { type LeaseRow, NOBODY, RELEASED } from "../../storage/leases/lease-rows.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { valueIn } from "../../telemetry/read-exposition.ts";
import { Takeover } from "./takeover.ts";

const TIMES = { durationMs: 10_000, marginMs: 2_000 };
const OWN = 1n;
const OTHER = 2n;

/** One other process with one event in its outbox. */
function beside(renewals: bigint) {
  const clock = new ManualClock();
  const metrics = createMetrics("post");
  const published: string[] = [];
  let row: LeaseRow = {
    generation: OTHER,
    holder: "another",
    renewals,
    takenBy: NOBODY,
    looks: 0,
    takenAtMs: 0,
  };
  const item = {
    position: { generation: OTHER, bucket: 0, position: 1n },
    queue: "posts" as const,
    payload: Buffer.from("event"),
  };
  const takeover = new Takeover({
    leases: {
      list: async () => [OWN, OTHER],
      read: async () => row,
      take: async (_row, by, takenAtMs) => {
        row = { ...row, takenBy: by, takenAtMs };
        return true;
      },
      looked: async (_row, _by, looks) => {
        row = { ...row, looks };
        return true;
      },
    },
    rows: {
      readRest: async function* () {
        yield [item];
      },
      removeGeneration: async () => {},
    },
    bus: {
      publish: async (_queue, payloads) =>
        void published.push(...payloads.map((payload) => `${Buffer.from(payload)}`)),
    },
    lease: () => ({ generation: OWN, isHeld: () => true }),
    clock,
    log: createLogger("test", "silent"),
    times: TIMES,
    metrics,
  });
  return {
    published,
    check: () => takeover.check(),
    pass: (ms: number) => clock.advance(ms),
    renew: () => {
      row = { ...row, renewals: row.renewals + 1n };
    },
    inDoubt: async () => valueIn(await metrics.registry.metrics(), "tidings_pending_outboxes"),
  };
}

it("is not quiet while another process may have died, until what it left is published", async () => {
  const mesh = beside(7n);
  expect(await mesh.inDoubt()).toBe(1);
  await mesh.check();
  await mesh.pass(11_999);
  await mesh.check();
  expect([mesh.published, await mesh.inDoubt()]).toEqual([[], 1]);
  await mesh.pass(1);
  await mesh.check();
  expect([mesh.published, await mesh.inDoubt()]).toEqual([["event"], 0]);
});

it("is quiet beside a process that is seen to renew, and leaves it its outbox", async () => {
  const mesh = beside(7n);
  await mesh.check();
  for (let look = 0; look < 5; look++) {
    await mesh.pass(5_000);
    mesh.renew();
    await mesh.check();
    expect(await mesh.inDoubt()).toBe(0);
  }
  await mesh.pass(5_000);
  await mesh.check();
  expect([mesh.published, await mesh.inDoubt()]).toEqual([[], 1]);
});

it("takes over at once from who left in order", async () => {
  const mesh = beside(RELEASED);
  await mesh.check();
  expect([mesh.published, await mesh.inDoubt()]).toEqual([["event"], 0]);
});
