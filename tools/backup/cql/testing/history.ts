import type { TableDefinition } from "../../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";
import type { Lease } from "../../../../services/platform/storage/leases/lease.ts";

/** What happens in a keyspace while it is copied: one change, by the service's own code. */
export interface History {
  readonly name: string;
  readonly tables: readonly TableDefinition[];
  /** The outbox that has the change before it is written; none for what is changed by one row alone. */
  readonly outbox: string | undefined;
  before(cql: Cql): Promise<void>;
  /** Acknowledged when it resolves. */
  change(cql: Cql): Promise<unknown>;
  /** What whoever takes an outbox over does with each change in it. */
  complete(cql: Cql, change: Uint8Array): Promise<void>;
  /** All that can be seen of what was there and what was changed, from whichever side. */
  view(cql: Cql): Promise<unknown>;
}

/** Of who wrote what was there, and of who changes it: each has an outbox of its own. */
export const [BEFORE, DURING] = [1n, 2n].map(
  (generation): Lease => ({ generation, isHeld: () => true }),
);
