import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { noCounts } from "./counts.ts";
import { showProgress } from "./progress.ts";

test("a line a tenth of the file, or a minute, with the rate and the time left since the last", async () => {
  const counts = noCounts();
  const out = new PassThrough();
  let bytes = 0;
  let ms = 0;
  const file = { totalBytes: 100_000_000, readBytes: () => bytes };
  const { update } = showProgress(file, counts, out, () => ms);
  const at = (seconds: number, megabytes: number, imported: number) => {
    ms = seconds * 1_000;
    bytes = megabytes * 1e6;
    counts.imported = imported;
    update();
  };
  at(10, 2, 100_000);
  at(50, 10, 500_000);
  at(80, 16, 900_000);
  at(110, 19, 1_100_000);
  at(120, 100, 5_100_000);
  out.end();
  expect((await text(out)).trimEnd().split("\n")).toEqual([
    "10% of 100.0 MB read, 500000 friendships sent, 10000 a second, about 8 min left",
    "19% of 100.0 MB read, 1100000 friendships sent, 10000 a second, about 9 min left",
    "100% of 100.0 MB read, 5100000 friendships sent, 400000 a second",
  ]);
});
