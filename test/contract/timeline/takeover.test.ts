import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { CqlOutbox } from "../../../services/platform/messaging/outbox/cql-outbox.ts";
import {
  CqlOutboxRows,
  outboxTables,
} from "../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { Takeover } from "../../../services/platform/messaging/outbox/takeover.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { LEASE_TIMES, type Lease } from "../../../services/platform/storage/leases/lease.ts";
import {
  LEASE_TABLES,
  LeaseRows,
  RELEASED,
} from "../../../services/platform/storage/leases/lease-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { until } from "../../support/until.ts";

const address = await runningCql();
const DEAD_AFTER_MS = LEASE_TIMES.durationMs + LEASE_TIMES.marginMs;
const log = createLogger("test", "silent");
const holderOf = ({ generation }: { readonly generation: bigint }) => ({
  generation,
  holder: "process-1",
});

describe.skipIf(!address)(cqlTitle("outbox takeover (rule 4.5)", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  let clock: ManualClock;
  let rows: CqlOutboxRows;
  let leases: LeaseRows;
  let scopes = 0;

  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, [...LEASE_TABLES, ...outboxTables("test_outbox")]);
  });
  afterAll(() => keyspace.drop());

  beforeEach(() => {
    clock = new ManualClock();
    rows = new CqlOutboxRows(keyspace.cql, "test_outbox");
    scopes += 1;
    leases = new LeaseRows(keyspace.cql, `scope-${scopes}`);
  });

  /** A process: its lease, its outbox, and what it published for the dead. */
  async function startProcess(number: number) {
    const generation = BigInt(scopes * 100 + number);
    await leases.create({ generation, holder: `process-${number}` });
    const held = { value: true };
    const lease: Lease = { generation, isHeld: () => held.value };
    const published: string[] = [];
    const completed: string[] = [];
    const bus = {
      broken: false,
      publish: async (_queue: string, payloads: readonly Uint8Array[]) => {
        if (bus.broken) throw new Error("no bus");
        published.push(...payloads.map((payload) => Buffer.from(payload).toString()));
      },
    };
    const complete = async (change: Uint8Array) => {
      completed.push(Buffer.from(change).toString());
    };
    const outbox = new CqlOutbox({ rows, lease: () => lease, clock, log });
    const takeover = new Takeover({ leases, rows, lease: () => lease, bus, complete, clock, log });
    const write = (text: string) =>
      outbox.write({ queue: "posts", payload: Buffer.from(text), change: Buffer.from(`${text}!`) });
    return { generation, held, outbox, takeover, write, published, completed, bus };
  }

  it("publishes what a dead process left, completed, and nothing that it had published", async () => {
    const [dead, heir] = [await startProcess(1), await startProcess(2)];
    for (const text of ["a", "b", "c"]) (await dead.write(text)).done();
    await dead.outbox.published((await dead.outbox.read(10)).slice(0, 1));
    const halfWritten = await dead.write("d");
    expect(halfWritten).toBeDefined();
    await heir.takeover.check();
    await clock.advance(DEAD_AFTER_MS - 1);
    await heir.takeover.check();
    expect(heir.published).toEqual([]);
    await clock.advance(1);
    await heir.takeover.check();
    expect(heir.published).toEqual(["b", "c", "d"]);
    expect(heir.completed).toEqual(["b!", "c!", "d!"]);
  });

  /** What is stored in all outboxes of the test, in no order. */
  const storedTexts = async () => {
    const stored = await keyspace.cql.run("SELECT change FROM test_outbox", []);
    return stored.map(({ change }) => String(change));
  };

  it("keeps no text of what is published, and after the last look none at all", async () => {
    const before = await storedTexts();
    const [dead, heir] = [await startProcess(1), await startProcess(2)];
    for (const text of ["text 1", "text 2", "text 3"]) (await dead.write(text)).done();
    await dead.outbox.published((await dead.outbox.read(10)).slice(0, 2));
    const added = async () => (await storedTexts()).filter((text) => !before.includes(text));
    await clock.advance(1_000);
    await until(async () => (await added()).length === 1);
    await leases.renew(holderOf(dead), 0n, RELEASED);
    await heir.takeover.check();
    expect(await added()).toEqual(["text 3!"]);
    await clock.advance(86_400_000);
    await heir.takeover.check();
    expect(heir.published).toEqual(["text 3"]);
    expect(await added()).toEqual([]);
  });

  it("looks again after a minute, an hour and a day, and finds what came late", async () => {
    const [dead, heir] = [await startProcess(1), await startProcess(2)];
    (await dead.write("a")).done();
    await leases.renew(holderOf(dead), 0n, RELEASED);
    await heir.takeover.check();
    for (const [afterMs, text] of [
      [60_000, "b"],
      [3_540_000, "c"],
      [82_800_000, "d"],
    ] as const) {
      (await dead.write(text)).done();
      await heir.takeover.check();
      expect(heir.published).not.toContain(text);
      await clock.advance(afterMs);
      await heir.takeover.check();
      expect(heir.published).toContain(text);
    }
    expect(heir.published).toEqual(["a", "b", "c", "d"]);
    expect((await leases.read(dead.generation))?.looks).toBe(4);
  });

  it("leaves the living alone", async () => {
    const [living, other] = [await startProcess(1), await startProcess(2)];
    (await living.write("a")).done();
    for (let renewals = 0n; renewals < 5n; renewals++) {
      await other.takeover.check();
      await clock.advance(LEASE_TIMES.durationMs);
      expect(await leases.renew(holderOf(living), renewals, renewals + 1n)).toBe(true);
    }
    expect(other.published).toEqual([]);
  });

  it("lets one of two take over, and a third when that one dies too", async () => {
    const [dead, heir, third] = [
      await startProcess(1),
      await startProcess(2),
      await startProcess(3),
    ];
    (await dead.write("a")).done();
    await leases.renew(holderOf(dead), 0n, RELEASED);
    heir.bus.broken = true;
    await expect(heir.takeover.check()).rejects.toThrow("no bus");
    await third.takeover.check();
    expect(third.published).toEqual([]);
    await clock.advance(DEAD_AFTER_MS);
    await third.takeover.check();
    expect(third.published).toEqual(["a"]);
  });

  it("ends the lease of who was only slow, and its write is not acknowledged", async () => {
    const [slow, heir] = [await startProcess(1), await startProcess(2)];
    await heir.takeover.check();
    await clock.advance(DEAD_AFTER_MS);
    await heir.takeover.check();
    expect(await leases.renew(holderOf(slow), 0n, 1n)).toBe(false);
    slow.held.value = false;
    await expect(slow.write("late")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("never passes a write in flight", async () => {
    const writer = await startProcess(1);
    const [first, second] = [await writer.write("first"), await writer.write("second")];
    second.done();
    expect(await writer.outbox.read(10)).toEqual([]);
    first.failed();
    const items = await writer.outbox.read(10);
    expect(items.map(({ change }) => change?.toString())).toEqual(["first!", undefined]);
  });
});
