import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ID } from "../../model/ids.ts";
import { shardOf } from "../../model/shards.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import { buildOwnerTable, NO_OWNER } from "./owner-table.ts";
import { partition } from "./partition.ts";

const viewers = fc.array(fc.bigInt(1n, MAX_ID), { maxLength: 200 });
const owners = fc.array(fc.constantFrom("a:1", "b:2", "c:3", undefined), {
  minLength: 1,
  maxLength: 7,
});

describe("partition", () => {
  it("gives every viewer to the owner of their shard, once, in the order they came", () => {
    fc.assert(
      fc.property(viewers, owners, (ids, addresses) => {
        const ownerOf = (shard: number) => addresses[shard % addresses.length];
        const parts = partition(pairsOf(ids), buildOwnerTable(ownerOf));
        expect(new Set(parts.map(({ owner }) => owner)).size).toBe(parts.length);
        for (const part of parts) {
          const mine = ids.filter((id) => (ownerOf(shardOf(id)) ?? NO_OWNER) === part.owner);
          expect(idsOf(part.viewers)).toEqual(mine);
        }
        const total = parts.reduce((sum, part) => sum + part.viewers.length / 2, 0);
        expect(total).toBe(ids.length);
      }),
    );
  });
});
