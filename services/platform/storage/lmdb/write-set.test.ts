import fc from "fast-check";
import { expect, test } from "vitest";
import type { Table } from "./table.ts";
import { WriteSet } from "./write-set.ts";

const KEYS = ["a", "b", "c"];
const TABLES = [tableOf("x"), tableOf("y")];

function tableOf(name: string): Table {
  return { name, get: () => undefined } as unknown as Table;
}

class TakenBack extends Error {}

const step = fc.record({
  kind: fc.constantFrom("put", "remove", "get", "fail"),
  table: fc.constantFrom(...TABLES),
  key: fc.constantFrom(...KEYS),
  value: fc.integer({ min: 0, max: 9 }).map(String),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The functions of a group, each a list of steps; one that fails leaves nothing. */
function run(functions: readonly (readonly Step[])[]) {
  const set = new WriteSet();
  const expected = new Map<string, string | undefined>();
  for (const steps of functions) {
    const before = new Map(expected);
    try {
      set.attempt((tx) => {
        for (const { kind, table, key, value } of steps) {
          const name = `${table.name}/${key}`;
          if (kind === "fail") throw new TakenBack();
          if (kind === "get") {
            expect(tx.get(table, Buffer.from(key))?.toString()).toBe(expected.get(name));
          } else if (kind === "put") {
            tx.put(table, Buffer.from(key), Buffer.from(value));
            expected.set(name, value);
          } else {
            tx.remove(table, Buffer.from(key));
            expected.set(name, undefined);
          }
        }
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
      expected.clear();
      for (const [name, value] of before) expected.set(name, value);
    }
  }
  return { set, expected };
}

test("what the engine is given leaves what the functions wrote, one after the other", () => {
  const property = fc.property(
    fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }),
    (functions) => {
      const { set, expected } = run(functions);
      const stored = new Map(
        set.newest.map(({ table, key, value }) => [`${table.name}/${key}`, value?.toString()]),
      );
      expect(stored).toEqual(expected);
    },
  );
  fc.assert(property);
});

test("a key that is read and written again and again is given to the engine once", () => {
  const [table] = TABLES;
  const set = new WriteSet();
  for (let i = 0; i < 1_000; i++) {
    set.attempt((tx) => {
      tx.get(table, Buffer.from("head"));
      tx.put(table, Buffer.from("head"), Buffer.from(String(i)));
      tx.put(table, Buffer.from(`member ${i}`), Buffer.from("1"));
    });
  }
  expect(set.newest).toHaveLength(1_001);
  expect(
    set.newest.filter(({ key }) => key.toString() === "head").map(({ value }) => `${value}`),
  ).toEqual(["999"]);
});
