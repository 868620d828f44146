import { expect, it } from "vitest";
import { PHYSICAL_TABLES } from "../../services/erasure/domain/tables.ts";
import { NEIGHBOURS, SERVICES } from "../../services/platform/config/ports.ts";
import { COPIED, DEFINITIONS, LEFT_OUT, MADE_AGAIN, unknownTables } from "./cql/tables.ts";
import { LEFT_OUT as FOLDERS_LEFT_OUT, PARTS } from "./embedded/parts.ts";

it("every service's folder is in a backup, or it is said why not", () => {
  const known = [...PARTS.map(({ name }) => name), ...Object.keys(FOLDERS_LEFT_OUT)];
  expect(known).toEqual(expect.arrayContaining([...SERVICES, ...NEIGHBOURS]));
});

it("every table of a keyspace is in a backup, or it is said why not", () => {
  // Those of LMDB have no underscores in their names, but those that are one word are named alike.
  const cql = Object.keys(PHYSICAL_TABLES).filter((name) => /^[a-z]+(_[a-z]+)+$/.test(name));
  expect(unknownTables(cql)).toEqual([]);
});

it("every table that is copied, or made again, can be made", () => {
  const made = DEFINITIONS.map(({ table }) => table);
  for (const table of [...COPIED, ...Object.keys(MADE_AGAIN)]) expect(made).toContain(table);
  for (const { table } of DEFINITIONS) {
    const isKnown = unknownTables([table]).length === 0;
    expect({ table, isKnown }).toEqual({ table, isKnown: true });
  }
});

it("of every table one thing is said, and what is made again is made of what is copied", () => {
  const said = [...COPIED, ...Object.keys(MADE_AGAIN), ...Object.keys(LEFT_OUT)];
  expect(said.length).toBe(new Set(said).size);
  for (const from of Object.values(MADE_AGAIN)) expect(COPIED).toContain(from);
});
