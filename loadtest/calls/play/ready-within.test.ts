import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readyInTime } from "../../play/generators/ready-in-time.ts";
import { readyWithin } from "./ready-within.ts";

const folder = mkdtempSync(join(tmpdir(), "load-ready-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("gives generators longer, the more rows they have to read, and says so to who waited in vain", async () => {
  expect(await readyWithin({})).toEqual({ seconds: 60 });
  const file = join(folder, "users.csv");
  writeFileSync(file, "user\n");
  truncateSync(file, 40 * 2 ** 20);
  const long = await readyWithin({ rows: { file } });
  expect(long.seconds).toBe(60 + 5 * 40);
  const never = new Promise<void>(() => {});
  await expect(readyInTime(never, { ...long, seconds: 0 })).rejects.toThrow(
    "The generators were not ready after 0 s (60 s, and 5 s for each MiB that is read: users.csv, 40 MiB): use fewer --generators,",
  );
});
