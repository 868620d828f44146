import type { Clock } from "../../clock/clock.ts";
import { migrate } from "../../storage/cql/migrate.ts";
import type { Cql } from "../../storage/cql/session.ts";
import type { LeaseTimes } from "../../storage/leases/lease.ts";
import { keepLease } from "../../storage/leases/lease-keeper.ts";
import { LEASE_TABLES, LeaseRows } from "../../storage/leases/lease-rows.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { CqlOutbox } from "./cql-outbox.ts";
import { CqlOutboxRows, outboxTables } from "./cql-outbox-rows.ts";
import type { OutboxItem } from "./outbox.ts";
import type { Publishing } from "./publish-items.ts";
import { type Relay, startRelay } from "./relay.ts";
import { Takeover } from "./takeover.ts";

export interface CqlOutboxSettings extends Omit<Publishing, "record"> {
  /** See Publishing; with the generation of the lease in hand. */
  readonly record?: (generation: bigint, items: readonly OutboxItem[]) => Promise<void>;
  readonly cql: Cql;
  /** Names the tables and the leases: "post_outbox". One name a service. */
  readonly name: string;
  /** Who this process is, for people who read the leases. */
  readonly holder: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly times?: LeaseTimes;
}

/** The outbox of this process, its relay, and its care for the outboxes of dead processes. */
export interface OpenCqlOutbox {
  readonly outbox: CqlOutbox;
  readonly relay: Relay;
  /** Stops publishing, and leaves what is unpublished to others or to the next start. */
  close(): Promise<void>;
}

/** Makes the tables, takes a lease, and starts to publish. */
export async function openCqlOutbox(settings: CqlOutboxSettings): Promise<OpenCqlOutbox> {
  const { cql, name, holder, clock, random, log, metrics, times } = settings;
  await migrate(cql, [...LEASE_TABLES, ...outboxTables(name)]);
  const leases = new LeaseRows(cql, name, times);
  const keeper = await keepLease({
    rows: leases,
    holder,
    clock,
    random,
    log,
    ...(metrics && { metrics }),
    ...(times && { times }),
  });
  const lease = () => keeper.lease;
  const rows = new CqlOutboxRows(cql, name, clock);
  const outbox = new CqlOutbox({ rows, lease, clock, log });
  const { record, ...others } = settings;
  const recorded = record && {
    record: (items: readonly OutboxItem[]) => record(lease().generation, items),
  };
  const relay = startRelay({ ...others, ...recorded, outbox });
  const takeover = new Takeover({ ...others, ...recorded, leases, rows, lease });
  takeover.start();
  return {
    outbox,
    relay,
    close: async () => {
      await relay.close();
      await outbox.close();
      await takeover.close();
      await keeper.close();
    },
  };
}
