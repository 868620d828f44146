/** `npm run reset`: wipes what a development mesh stored. Started engines and their data stay. */
import { readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { LOCK_FILES, lockFolder } from "../../services/platform/storage/folder-lock.ts";

/** Not this tool's: engines are stopped by `npm run engines -- down`. */
const KEPT = new Set(["engines", ...LOCK_FILES]);

const dataDir = resolve(import.meta.dirname, "../..", process.env.TIDINGS_DATA_DIR ?? ".data");
try {
  const lock = lockFolder(dataDir);
  const wiped = readdirSync(dataDir).filter((name) => !KEPT.has(name));
  for (const name of wiped) rmSync(join(dataDir, name), { recursive: true });
  lock.release();
  console.log(`Wiped ${dataDir}: ${wiped.length === 0 ? "it was empty" : wiped.join(", ")}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
