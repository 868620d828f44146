import { ManualClock } from "../../../../services/platform/clock/manual-clock.ts";
import { CqlOutbox } from "../../../../services/platform/messaging/outbox/cql-outbox.ts";
import { CqlOutboxRows } from "../../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";
import type { Lease } from "../../../../services/platform/storage/leases/lease.ts";
import { createLogger } from "../../../../services/platform/telemetry/logger.ts";
import { StepIds } from "../../../../test/support/step-ids.ts";
import { NOW_MS } from "./copies.ts";

/** What a process of a service has that changes something: an outbox, a clock, and ids, those of later leases later. */
export function processOf(cql: Cql, lease: Lease, name: string) {
  const clock = new ManualClock(NOW_MS + Number(lease.generation) * 100);
  const rows = new CqlOutboxRows(cql, name);
  const log = createLogger("test", "silent");
  const outbox = new CqlOutbox({ rows, lease: () => lease, clock, log });
  return { clock, ids: new StepIds(clock), outbox };
}
