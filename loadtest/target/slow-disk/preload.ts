/**
 * Loaded into a service before its own code (--import): from then on its parent may make its disk slow,
 * over the leash. What is written natively (LMDB) does not pass here.
 */
import fs from "node:fs";
import { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { wrapSyncs } from "./wrap-syncs.ts";

let extraMs = 0;

const handle = await open(import.meta.filename);
wrapSyncs(fs, Object.getPrototypeOf(handle), () => extraMs);
await handle.close();
// Services import these functions by name.
syncBuiltinESMExports();

process.on("message", (message: { readonly syncTakesMsMore?: number }) => {
  if (message.syncTakesMsMore === undefined) return;
  extraMs = message.syncTakesMsMore;
  process.send?.({ syncTakesMsMore: extraMs });
});
