import { describe, expect, it } from "vitest";
import { createErasure } from "../erase.ts";
import type { Id, ItemStore } from "../ports.ts";
import { edgesOf, type Schema } from "../schema/declare.ts";

/** Two items, the second of which refers to the first through the edge, and through no other. */
export interface Linked {
  readonly to: Id;
  readonly from: Id;
}

/** How to make a row for each declared edge: one that is missing is an error of types. */
export type LinkMakers<Tables extends Schema> = {
  readonly [Name in keyof Tables as Tables[Name] extends { role: "hangs" } ? Name : never]: {
    readonly [E in keyof Tables[Name]["edges"]]: () => Promise<Linked>;
  };
};

export interface EdgeWorld<Tables extends Schema> {
  /** The store as seen by an erasure that begins at this item. */
  storeFor(table: string, id: Id): ItemStore;
  exists(table: string, id: Id): Promise<boolean>;
  /** The item still refers to something through this edge. */
  refers(table: string, id: Id, edge: string): Promise<boolean>;
  readonly make: LinkMakers<Tables>;
}

const EXPECTED = {
  deep: { from: false, refers: false },
  shallow: { from: true, refers: false },
  anonymise: { from: true, refers: false },
} as const;

/** A test for each declared edge: none can be forgotten. */
export function edgeSuite<Tables extends Schema>(
  schema: Tables,
  open: () => EdgeWorld<Tables>,
): void {
  for (const { table, name, kind, to } of edgesOf(schema)) {
    describe(`the edge ${table}.${name} (${kind}) -> ${to}`, () => {
      it(kind === "counted" ? "goes with its last holder" : `is ${kind}`, async () => {
        const world = open();
        const makers = world.make as Readonly<
          Record<string, Readonly<Record<string, () => Promise<Linked>>>>
        >;
        const linked = await makers[table][name]();
        const isHeld = kind === "counted";
        const start = isHeld ? { table, id: linked.from } : { table: to, id: linked.to };
        const store = { ...world.storeFor(start.table, start.id), check: () => {} };
        expect(await world.exists(table, linked.from)).toBe(true);
        const erased = await createErasure(store).deleteAllItems(start.table, start.id);
        expect(erased.status).toBe("done");
        expect(await world.exists(to, linked.to)).toBe(false);
        const expected = kind === "counted" ? EXPECTED.deep : EXPECTED[kind];
        expect(await world.exists(table, linked.from)).toBe(expected.from);
        if (expected.from)
          expect(await world.refers(table, linked.from, name)).toBe(expected.refers);
      });
    });
  }
}
