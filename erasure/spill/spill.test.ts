import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Id } from "../ports.ts";
import { BatchLog } from "./batch-log.ts";
import { FoundItems } from "./found-items.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** Texts with quotes, NUL and lone surrogates, and numbers at the ends of their ranges. */
const idLists: fc.Arbitrary<readonly Id[]> = fc.oneof(
  fc.array(fc.string({ unit: "binary" }), { maxLength: 20 }),
  fc.array(fc.constantFrom("", "\0", "a\0b", '"', "\\", "\\u0000", "\ud800", "é"), {
    maxLength: 8,
  }),
  fc.array(fc.maxSafeInteger(), { maxLength: 20 }),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 20 }),
);

describe("items that went to disk", () => {
  it("are found as those in memory are", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(idLists, fc.nat(3))), (additions) => {
        using folder = new TemporaryFolder();
        using memory = new FoundItems({ folder, memoryItems: 1_000_000 });
        using disk = new FoundItems({ folder, memoryItems: 5 });
        for (const [ids, path] of additions) {
          if (ids.length === 0) continue;
          const table = `${typeof ids[0]}s`;
          expect(disk.add(table, ids, path)).toEqual(memory.add(table, ids, path));
        }
        expect(disk.count).toBe(memory.count);
        for (const table of memory.tables) {
          const ids = [...memory.batches(table, 3)].flat();
          expect(new Set([...disk.batches(table, 3)].flat())).toEqual(new Set(ids));
          expect(disk.numbersOf(table, ids)).toEqual(memory.numbersOf(table, ids));
          expect(ids.map((id) => disk.pathOf(table, id))).toEqual(
            ids.map((id) => memory.pathOf(table, id)),
          );
        }
      }),
    );
  });

  it("leave no file behind", () => {
    const parent = mkdtempSync(join(tmpdir(), "spill-"));
    {
      using folder = new TemporaryFolder(parent);
      using items = new FoundItems({ folder, memoryItems: 1 });
      items.add("t", [1, 2, 3], 0);
      expect(readdirSync(parent)).toHaveLength(1);
    }
    expect(readdirSync(parent)).toEqual([]);
    rmSync(parent, { recursive: true });
  });
});

describe("a log of batches", () => {
  it("gives back what was pushed, in full batches, between its marks", () => {
    fc.assert(
      fc.property(
        fc.array(idLists, { maxLength: 10 }),
        fc.constantFrom(1, 7, 1_000),
        (lists, held) => {
          using folder = new TemporaryFolder();
          const kinds = ["number", "bigint", "string"] as const;
          const kindOf = (key: number) => kinds[key];
          using log = new BatchLog({ folder, batchItems: 4, memoryItems: held, kindOf });
          const marks = lists.map((ids) => {
            const isOf = (kind: string) => typeof ids[0] === kind;
            if (ids.length > 0) log.push(kinds.findIndex(isOf), ids);
            return log.mark();
          });
          lists.forEach((ids, i) => {
            const batches = [...log.batches(marks[i - 1] ?? 0, marks[i])];
            expect(batches.flatMap((batch) => batch.ids)).toEqual(ids);
            for (const batch of batches.slice(0, -1)) expect(batch.ids).toHaveLength(4);
          });
        },
      ),
    );
  });
});

describe("a person with a million items", () => {
  it("is erased in less than 200 MiB", () => {
    const program = join(import.meta.dirname, "../testing/erase-millions.ts");
    const flags = ["--max-semi-space-size=2", "--max-old-space-size=64"];
    const output = execFileSync(process.execPath, [...flags, program, "1000000"]);
    const { status, deleted, maxRssMiB } = JSON.parse(output.toString());
    expect({ status, deleted }).toEqual({ status: "done", deleted: 1_000_001 });
    expect(maxRssMiB).toBeLessThan(200);
  }, 120_000);
});
