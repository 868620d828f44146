import { expect, it } from "vitest";
import { present } from "../../../model/invariant.ts";
import { SHARD_COUNT } from "../../../model/shards.ts";
import { type Member, nextPart, planShards, preferredOwner, type ShardRow } from "./assignment.ts";

const member = (i: number): Member => ({ generation: BigInt(i), address: `timeline-${i}:50053` });
const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

it("spreads shards evenly, and moves only the share of who comes or goes", () => {
  const five = [1, 2, 3, 4, 5].map(member);
  const owners = SHARDS.map((shard) => present(preferredOwner(shard, five)).generation);
  for (const { generation } of five) {
    const share = owners.filter((owner) => owner === generation).length;
    expect(share).toBeGreaterThan(SHARD_COUNT / 5 / 1.25);
    expect(share).toBeLessThan((SHARD_COUNT / 5) * 1.25);
  }
  SHARDS.forEach((shard) => {
    const without = present(preferredOwner(shard, five.slice(0, 4))).generation;
    if (owners[shard] !== 5n) expect(without).toBe(owners[shard]);
  });
});

it("gives ours that belong elsewhere, and takes only what nobody alive owns", () => {
  const [self, other] = [member(1), member(2)];
  const mine = present(SHARDS.find((shard) => preferredOwner(shard, [self, other]) === self));
  const theirs = present(SHARDS.find((shard) => preferredOwner(shard, [self, other]) === other));
  const row = (shard: number, generation: bigint): ShardRow => ({
    shard,
    generation,
    address: "",
    moves: 0n,
  });
  const plan = (rows: ShardRow[]) => planShards(rows, [self, other], self);
  expect(plan([row(theirs, 1n)]).give).toHaveLength(1);
  expect(plan([row(mine, 1n)])).toEqual({ give: [], take: [], isAwaiting: false });
  expect(plan([row(mine, 2n)])).toEqual({ give: [], take: [], isAwaiting: true });
  expect(plan([row(mine, 0n)]).take).toHaveLength(1);
  expect(plan([row(mine, 99n)]).take).toHaveLength(1);
  expect(plan([row(theirs, 99n)])).toEqual({ give: [], take: [], isAwaiting: false });
});

it("places nothing with who leaves, and takes nothing of theirs before they give it", () => {
  const [self, other] = [member(1), member(2)];
  const leaver = { ...member(3), leaving: true };
  const members = [self, other, leaver];
  const row = (generation: bigint) => (shard: number) => ({
    ...{ shard, generation, address: "", moves: 0n },
  });
  const plan = planShards(SHARDS.map(row(3n)), members, self);
  expect([plan.take, plan.isAwaiting]).toEqual([[], true]);
  const given = planShards(SHARDS.map(row(0n)), members, self).take.map(({ shard }) => shard);
  const mine = SHARDS.filter((shard) => preferredOwner(shard, [self, other]) === self);
  expect(given).toEqual(mine);
});

it("gives a part at a time, and the next when that has been taken", () => {
  const rows = SHARDS.map((shard): ShardRow => ({ shard, generation: 1n, address: "", moves: 0n }));
  const part = nextPart(rows, rows);
  expect(part).toHaveLength(SHARD_COUNT / 16);
  expect(nextPart(rows.slice(5), rows.with(0, { ...rows[0], generation: 0n }))).toEqual([]);
  expect(nextPart(rows.slice(0, 5), rows)).toHaveLength(5);
});
