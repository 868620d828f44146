import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { u64Key, u64PairKey } from "../../services/platform/storage/lmdb/keys.ts";
import { openLmdb } from "../../services/platform/storage/lmdb/open.ts";

/** As many bytes as a post and its index take. */
const POST = Buffer.alloc(180, "p");
const PRESENT = Buffer.from([1]);
const AUTHORS = 4_096;

/**
 * CPU microseconds, all threads of this process, for the two keys of a post, durable, of so many at a time: what no
 * service before them can be cheaper than.
 */
export async function bareCommitMicros(inFlight: number, warmUpMs: number, measureMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  const lmdb = openLmdb(folder);
  const [posts, index] = [lmdb.table("posts"), lmdb.table("index")];
  let count = 0;
  let isRunning = true;
  const lane = async () => {
    while (isRunning) {
      const post = BigInt(++count);
      const author = BigInt(Math.imul(count, 0x9e3779b1) >>> 0) % BigInt(AUTHORS);
      await lmdb.commit((tx) => {
        tx.put(posts, u64Key(post), POST);
        tx.put(index, u64PairKey(author, post), PRESENT);
      });
    }
  };
  const lanes = Array.from({ length: inFlight }, lane);
  await delay(warmUpMs);
  const [before, counted] = [process.cpuUsage(), count];
  await delay(measureMs);
  const { user, system } = process.cpuUsage(before);
  const micros = (user + system) / (count - counted);
  isRunning = false;
  await Promise.all(lanes);
  await lmdb.close();
  rmSync(folder, { recursive: true });
  return micros;
}
