import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { damage } from "../testing/damage.ts";
import { type Damage, DamagedValueError } from "./checksums.ts";
import { readU64, u64Key, u64PairKey } from "./keys.ts";
import { type Lmdb, openLmdb } from "./open.ts";

const run = promisify(execFile);

let folder: string;
let lmdb: Lmdb;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-lmdb-"));
  lmdb = openLmdb(folder);
});
afterEach(async () => {
  await lmdb.close();
  await rm(folder, { recursive: true });
});

const numbers = (keys: Iterable<Buffer>) => [...keys].map((key) => Number(readU64(key)));

describe("an LMDB environment", () => {
  it("keeps what was committed after it is closed and opened again", async () => {
    await lmdb.commit((tx) => tx.put(lmdb.table("t"), u64Key(7n), Buffer.from("seven")));
    await lmdb.close();
    lmdb = openLmdb(folder);
    expect(lmdb.table("t").get(u64Key(7n))?.toString()).toBe("seven");
    expect(lmdb.table("t").peek(u64Key(7n))?.toString()).toBe("seven");
    expect(lmdb.table("t").count()).toBe(1);
  });

  it("refuses writes before the disk is full, reads meanwhile, and takes them again", async () => {
    const put = () =>
      lmdb.commit((tx) => tx.put(lmdb.table("t"), u64Key(7n), Buffer.from("seven")));
    await put();
    await lmdb.close();
    let freeBytes = 1e6;
    lmdb = openLmdb(folder, { freeBytes: () => freeBytes });
    await expect(put()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      cause: { code: "ENOSPC", message: expect.stringContaining("make room") },
    });
    expect(lmdb.table("t").get(u64Key(7n))?.toString()).toBe("seven");
    freeBytes = 1e9;
    await put();
  });

  it("is open once at a time", async () => {
    expect(() => openLmdb(folder)).toThrow(`${folder} is in use by process ${process.pid}`);
    await lmdb.close();
    lmdb = openLmdb(folder);
  });

  it("copies values of any size", async () => {
    const table = lmdb.table("t");
    for (const size of [0, 1, 5_000, 200_000]) {
      await lmdb.commit((tx) => tx.put(table, u64Key(BigInt(size)), Buffer.alloc(size, size)));
    }
    for (const size of [200_000, 0, 5_000, 1]) {
      expect(table.get(u64Key(BigInt(size)))?.equals(Buffer.alloc(size, size))).toBe(true);
    }
  });

  it("reads ranges from <= key < before in both directions, with a limit", async () => {
    const table = lmdb.table("t");
    await lmdb.commit((tx) => {
      for (let i = 0n; i < 10n; i++) tx.put(table, u64Key(i), Buffer.from([1]));
    });
    const range = { from: u64Key(2n), before: u64Key(5n) };
    expect(numbers(table.keys(range))).toEqual([2, 3, 4]);
    expect(numbers(table.keys({ ...range, reverse: true }))).toEqual([4, 3, 2]);
    expect(numbers(table.keys({ ...range, reverse: true, limit: 2 }))).toEqual([4, 3]);
    expect(numbers(table.keys({ reverse: true, limit: 1 }))).toEqual([9]);
    expect(numbers(table.keys({ before: u64Key(20n), reverse: true, limit: 1 }))).toEqual([9]);
    expect(numbers(table.keys({ limit: 1 }))).toEqual([0]);
  });

  it("shows a function what the earlier functions of its group wrote", async () => {
    const table = lmdb.table("t");
    const count = () =>
      lmdb.commit((tx) => {
        const before = tx.get(table, u64Key(1n));
        const next = (before ? readU64(before) : 0n) + 1n;
        tx.put(table, u64Key(1n), u64Key(next));
        return next;
      });
    expect(await Promise.all([count(), count(), count()])).toEqual([1n, 2n, 3n]);
    await lmdb.commit((tx) => tx.remove(table, u64Key(1n)));
    expect(table.has(u64Key(1n))).toBe(false);
  });

  it("keeps nothing of a function that throws, and all of its neighbours", async () => {
    const table = lmdb.table("t");
    const put = (key: bigint) => lmdb.commit((tx) => tx.put(table, u64Key(key), Buffer.from([1])));
    const results = await Promise.allSettled([
      put(1n),
      lmdb.commit((tx) => {
        tx.put(table, u64Key(2n), Buffer.from([1]));
        throw new Error("changed my mind");
      }),
      put(3n),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(numbers(table.keys({}))).toEqual([1, 3]);
  });

  it("sorts pairs by the first number, then the second", async () => {
    const pairs = [u64PairKey(2n, 1n), u64PairKey(1n, 1n << 62n), u64PairKey(1n, 5n)];
    const sorted = [...pairs].sort(Buffer.compare);
    expect(sorted).toEqual([pairs[2], pairs[1], pairs[0]]);
    expect(readU64(pairs[1], 8)).toBe(1n << 62n);
  });

  it("gives nobody a value that is not what was written, and tells its table and key", async () => {
    const key = (number: bigint) => u64Key(number);
    await lmdb.commit((tx) => {
      for (const [i, text] of ["before", "flip me", "after"].entries())
        tx.put(lmdb.table("t"), key(BigInt(i)), Buffer.from(text));
    });
    await lmdb.close();
    await damage(folder, Buffer.from("flip me"));
    const damaged: string[] = [];
    const onDamage = ({ key }: Damage) => void damaged.push(key.toString("hex"));
    lmdb = openLmdb(folder, { onDamage });
    const table = lmdb.table("t");
    expect(() => table.get(key(1n))).toThrow(/stored in t under 0000000000000001 is damaged/);
    expect(() => table.peek(key(1n))).toThrow(DamagedValueError);
    expect([...table.entries({})].map(({ value }) => value.toString())).toEqual([
      "before",
      "after",
    ]);
    expect(table.get(key(2n))?.toString()).toBe("after");
    const reading = lmdb.commit((tx) => tx.get(table, key(1n)));
    await expect(reading).rejects.toMatchObject({ code: "DATA_LOSS" });
    expect(new Set(damaged)).toEqual(new Set(["0000000000000001"]));
    await lmdb.commit((tx) => tx.put(table, key(1n), Buffer.from("mended")));
    expect(table.get(key(1n))?.toString()).toBe("mended");
  });

  it("refuses a folder that was written without checksums", async () => {
    const old = await mkdtemp(join(tmpdir(), "tidings-lmdb-"));
    const root = open<Buffer, Buffer>({ path: old, keyEncoding: "binary", encoding: "binary" });
    await root.openDB<Buffer, Buffer>("posts", {}).put(u64Key(1n), Buffer.from("old"));
    await root.close();
    expect(() => openLmdb(old)).toThrow(`${old} was written by an earlier version`);
    await rm(old, { recursive: true });
  });

  it("answers UNAVAILABLE while the disk is full, and reads on", async () => {
    const main = join(import.meta.dirname, "../testing/fill-disk.ts");
    // Else the limit ends the process: a full disk does not.
    const limited = `trap "" XFSZ; ulimit -f 4000; exec "$0" "$1" "$2"`;
    const full = join(folder, "full");
    const { stdout } = await run("sh", ["-c", limited, process.execPath, main, full]);
    expect(JSON.parse(stdout)).toEqual({
      codes: ["UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"],
      isAllReadable: true,
    });
  });
});
