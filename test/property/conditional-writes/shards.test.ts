import { expect, it } from "vitest";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import {
  type Member,
  preferredOwner,
} from "../../../services/platform/storage/ownership/assignment.ts";
import { LeasedOwnership } from "../../../services/platform/storage/ownership/leased-ownership.ts";
import { ShardRows } from "../../../services/platform/storage/ownership/shard-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { type Choose, everyPath } from "./every-path.ts";
import { LateCql } from "./late-cql.ts";

const FAULTS = 1;
const STEPS = 6;
const STAYING: Member = { generation: 1n, address: "staying:1" };
const GUEST_ADDRESS = "guest:1";
const log = createLogger("test", "silent");

/** A table in which the guest is the better place for one shard of two. */
function pairOfShards(): { readonly table: string; readonly shardCount: number } {
  const members = [STAYING, { generation: 2n, address: GUEST_ADDRESS }];
  const owners = [0, 1].map((shard) => preferredOwner(shard, members)?.address);
  expect(new Set(owners).size, "choose other addresses").toBe(2);
  return { table: "shards", shardCount: 2 };
}

function start(rows: ShardRows, self: Member, alive: () => readonly Member[]): LeasedOwnership {
  const { generation, address } = self;
  return new LeasedOwnership({
    keeper: {
      lease: { generation, isHeld: () => true },
      announceLeaving: async () => {},
      close: async () => {},
    },
    members: { alive: async () => alive() },
    shardRows: rows,
    address,
    load: async () => {},
    unload: () => {},
    clock: new ManualClock(),
    log,
    tickMs: 1_000,
  });
}

/**
 * One process stays, another comes and goes, and each looks after its shards when it is chosen. No shard
 * is served by two, and who serves one is named in its row, whenever writes arrive.
 */
async function stayingAndGuest(choose: Choose): Promise<void> {
  const cql = new LateCql(choose, FAULTS);
  const rows = new ShardRows(cql.session, pairOfShards());
  let guest: { readonly self: Member; readonly ownership: LeasedOwnership } | undefined;
  let guests = 1n;
  const alive = () => (guest ? [STAYING, guest.self] : [STAYING]);
  const staying = start(rows, STAYING, alive);
  const check = async () => {
    const serving = [{ self: STAYING, ownership: staying }, ...(guest ? [guest] : [])];
    for (const { shard, generation } of await rows.list()) {
      const by = serving.filter(({ ownership }) => ownership.owns(shard));
      expect(by.length).toBeLessThan(2);
      if (by.length === 1) expect(generation).toBe(by[0].self.generation);
    }
  };
  await staying.tick().catch(() => {});
  for (let step = 0; step < STEPS; step++) {
    const turn = choose(3);
    if (turn === 0) await staying.tick().catch(() => {});
    else if (turn === 1) await guest?.ownership.tick().catch(() => {});
    else if (guest) guest = undefined;
    else {
      guests += 1n;
      const self = { generation: guests, address: GUEST_ADDRESS };
      guest = { self, ownership: start(rows, self, alive) };
    }
    await check();
  }
}

it("no shard has two owners, whatever becomes of single writes", async () => {
  const runs = await everyPath(stayingAndGuest);
  expect(runs).toBeGreaterThan(1_000);
});
