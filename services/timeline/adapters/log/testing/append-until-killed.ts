/** A process that appends posts 1, 2, 3 ... and prints the newest one acknowledged; for a kill. */
import { appendOf, complete } from "../../../../../test/support/entry-calls.ts";
import { createLogger } from "../../../../platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "../embedded-entry-store.ts";

const VIEWERS = [1, 2, 3];

const store = await EmbeddedEntryStore.open({
  folder: process.argv[2],
  log: createLogger("test", "silent"),
  limits: { maxRingEntries: 800, maxSlabBytes: 1 << 20 },
  maxSegmentBytes: 4_096,
  snapshotLogBytes: 16_384,
  fatal: (error) => {
    throw error;
  },
});
await Promise.all(VIEWERS.map((id) => complete(store, id)));
for (let post = 1; ; post++) {
  await store.append({ appends: [appendOf(post, VIEWERS)] });
  process.stdout.write(`${post}\n`);
}
