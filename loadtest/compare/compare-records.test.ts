import { expect, it } from "vitest";
import { runFixture } from "../report/testing/run-fixture.ts";
import { compareRecords } from "./compare-records.ts";

const a = runFixture();

it("finds a record and itself the same", () => {
  const { differing, rows, alone } = compareRecords(a, a);
  expect([differing, alone]).toEqual([[], []]);
  expect(rows.map(({ what }) => what)).toContain("timeline.get, p99, ms");
  for (const { ratio } of rows) expect([1, undefined]).toContain(ratio);
});

it("says what was not the same, and what only one of them did", () => {
  const [first, ...others] = a.measured.operations;
  const b = {
    ...a,
    machine: { ...a.machine, cpus: 64 },
    target: { ...a.target, commit: "0000000" },
    measured: { ...a.measured, operations: [{ ...first, name: "other.call" }, ...others] },
  };
  const { differing, rows, alone } = compareRecords(a, b);
  expect(differing).toEqual([
    ["machine, cores", "2", "64"],
    ["commit", "97d8a64+", "0000000"],
  ]);
  expect(alone).toEqual([first.name, "other.call"]);
  expect(rows.some(({ what }) => what.startsWith(first.name))).toBe(false);
});

it("has no time that a generator was too late to know", () => {
  const late = compareRecords(a, runFixture({ latenessMicros: 500_000 }));
  const p50 = late.rows.find(({ what }) => what === "timeline.get, p50, ms");
  expect(p50).toMatchObject({ b: undefined, ratio: undefined });
  expect(p50?.a).toBeGreaterThan(0);
});
