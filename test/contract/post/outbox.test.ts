import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { CqlOutbox } from "../../../services/platform/messaging/outbox/cql-outbox.ts";
import {
  CqlOutboxRows,
  outboxTables,
} from "../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { LmdbOutbox } from "../../../services/platform/messaging/outbox/lmdb-outbox.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { STATIC_LEASE } from "../../../services/platform/storage/leases/lease.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { outboxContract } from "./outbox.contract.ts";

const silent = createLogger("test", "silent");
const address = await runningCql();

describe("outbox, LMDB", () =>
  outboxContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-outbox-"));
    const lmdb = openLmdb(folder);
    const outbox = new LmdbOutbox(lmdb);
    return {
      outbox,
      add: (queue, payload) => lmdb.commit((tx) => outbox.add(tx, queue, Buffer.from(payload))),
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

describe.skipIf(!address)(cqlTitle("outbox", address), () =>
  outboxContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, outboxTables("test_outbox"));
    const rows = new CqlOutboxRows(cql, "test_outbox");
    const outbox = new CqlOutbox({
      rows,
      lease: () => STATIC_LEASE,
      clock: systemClock,
      log: silent,
    });
    return {
      outbox,
      add: async (queue, payload) => {
        const ticket = await outbox.write({ queue, payload: Buffer.from(payload) });
        ticket.done();
      },
      close: drop,
    };
  }),
);
