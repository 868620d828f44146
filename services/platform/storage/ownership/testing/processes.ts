import { present } from "../../../../model/invariant.ts";
import { SHARD_COUNT } from "../../../../model/shards.ts";
import type { ManualClock } from "../../../clock/manual-clock.ts";
import { createLogger } from "../../../telemetry/logger.ts";
import { LEASE_TIMES } from "../../leases/lease.ts";
import { keepLease } from "../../leases/lease-keeper.ts";
import type { LeaseRow, LeaseRows } from "../../leases/lease-rows.ts";
import type { Member, ShardRow } from "../assignment.ts";
import { LeasedOwnership } from "../leased-ownership.ts";
import { Members } from "../members.ts";

const log = createLogger("test", "silent");

/** Lease and shard rows in memory, with the conditions of the real ones. */
export function tables() {
  const leases = new Map<bigint, LeaseRow>();
  const shards: ShardRow[] = Array.from({ length: SHARD_COUNT }, (_, shard) => {
    return { shard, generation: 0n, address: "", moves: 0n };
  });
  const change = async (seen: readonly ShardRow[], to: Member) => {
    if (seen.some(({ shard, moves }) => shards[shard].moves !== moves)) return false;
    for (const { shard, moves } of seen) shards[shard] = { shard, ...to, moves: moves + 1n };
    return true;
  };
  const rows: Pick<LeaseRows, "list" | "read" | "take" | "create" | "renew"> = {
    list: async () => [...leases.keys()],
    read: async (generation) => leases.get(generation),
    create: async (holder) => {
      const fresh = { renewals: 0n, takenBy: 0n, looks: 0, takenAtMs: 0 };
      leases.set(holder.generation, { ...holder, ...fresh });
      return true;
    },
    renew: async (holder, renewals, next) => {
      const row = present(leases.get(holder.generation));
      if (row.takenBy !== 0n || row.renewals !== renewals) return false;
      leases.set(holder.generation, { ...row, ...holder, renewals: next });
      return true;
    },
    take: async (seen, by) => {
      const row = present(leases.get(seen.generation));
      if (row.takenBy !== seen.takenBy || row.renewals !== seen.renewals) return false;
      leases.set(seen.generation, { ...row, takenBy: by });
      return true;
    },
  };
  const shardRows = {
    shardCount: SHARD_COUNT,
    list: async () => [...shards],
    take: change,
    give: (seen: readonly ShardRow[]) => change(seen, { generation: 0n, address: "" }),
  };
  return { rows: rows as LeaseRows, shardRows };
}

/** A timeline process; `pause` is a process that does nothing for a while, as far as it can tell. */
export async function startProcess(
  store: ReturnType<typeof tables>,
  number: number,
  clock: ManualClock,
  finish: (shards: readonly number[]) => Promise<void> = async () => {},
) {
  const loaded = new Set<number>();
  const load = { gate: async () => {} };
  const keeper = await keepLease({
    ...{ rows: store.rows, holder: `timeline-${number}:1`, clock, log },
    random: () => number / 100,
  });
  const ownership = new LeasedOwnership({
    ...{ keeper, members: new Members(store.rows, LEASE_TIMES), shardRows: store.shardRows },
    ...{ address: `timeline-${number}:1`, clock, log, tickMs: 1_000 },
    load: async (shards) => {
      await load.gate();
      for (const shard of shards) loaded.add(shard);
    },
    finish,
    unload: (shards) => {
      for (const shard of shards) loaded.delete(shard);
    },
  });
  const serving = () =>
    ownership.term() === 0
      ? []
      : Array.from({ length: SHARD_COUNT }, (_, i) => i).filter((shard) => ownership.owns(shard));
  return { ownership, keeper, loaded, load, serving, tick: () => ownership.tick() };
}
