import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { CqlLimitStore } from "../../../services/ratelimit/adapters/cql/cql-limit-store.ts";
import { CqlSeat } from "../../../services/ratelimit/adapters/cql/cql-seat.ts";
import { LIMIT_TABLES } from "../../../services/ratelimit/adapters/cql/schema.ts";
import { LmdbLimitStore } from "../../../services/ratelimit/adapters/lmdb/lmdb-limit-store.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { limitStoreContract } from "./limit-store.contract.ts";

const address = await runningCql();

describe("the store of limits, LMDB", () =>
  limitStoreContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-limits-"));
    let lmdb = openLmdb(folder);
    return {
      store: new LmdbLimitStore(lmdb),
      restarted: async () => {
        await lmdb.close();
        lmdb = openLmdb(folder);
        return new LmdbLimitStore(lmdb);
      },
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

describe.skipIf(!address)(cqlTitle("the store of limits", address), () => {
  limitStoreContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, LIMIT_TABLES);
    return {
      store: new CqlLimitStore(cql),
      restarted: async () => new CqlLimitStore(cql),
      close: drop,
    };
  });

  it("gives the coordinator's seat to one process, and to the next when that is silent or leaves", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, LIMIT_TABLES);
    const log = createLogger("test", "silent");
    const clock = new ManualClock();
    // A renewal's request has an eighth of it, on the real clock.
    const times = { durationMs: 400_000, marginMs: 80_000 };
    const seats = ["a:1", "b:1"].map((at) => new CqlSeat({ cql, address: at, clock, log, times }));
    const [a, b] = seats;
    const held = () => seats.map((seat) => seat.isHeld());
    await Promise.all(seats.map((seat) => seat.look()));
    expect(held().filter(Boolean)).toHaveLength(1);
    const [first, second] = a.isHeld() ? [a, b] : [b, a];
    await second.look();
    expect(second.holder).toBe(first === a ? "a:1" : "b:1");
    for (let i = 0; i < 4; i++) {
      await clock.advance(120_000);
      await first.look();
      await second.look();
    }
    expect(first.isHeld()).toBe(true);
    await clock.advance(479_999);
    await second.look();
    expect(held()).toEqual([false, false]);
    await clock.advance(1);
    await second.look();
    expect(second.isHeld()).toBe(true);
    expect(second.term).toBe(first.term + 1n);
    await first.look();
    expect(first.isHeld()).toBe(false);
    await second.close();
    await first.look();
    expect(first.isHeld()).toBe(true);
    await first.close();
    await drop();
  });
});
