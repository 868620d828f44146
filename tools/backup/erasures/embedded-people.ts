import { existsSync } from "node:fs";
import { join } from "node:path";
import { LmdbJobStore } from "../../../services/erasure/adapters/lmdb/lmdb-job-store.ts";
import { decodeJob } from "../../../services/erasure/domain/job-codec.ts";
import { trustedUserId, type UserId } from "../../../services/model/ids.ts";
import { readU64 } from "../../../services/platform/storage/lmdb/keys.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { type Hidden, hideBelow } from "./hide-again.ts";
import { NOTHING_REDONE, type Redone, redoErasures } from "./redo.ts";

/** Tables whose keys begin with a person, by the folder of their service. */
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  post: ["author-periods"],
  friend: ["friends", "friend-requests-out", "friend-requests-in", "friend-blocks"],
  engagement: ["reactions"],
};

/** See redoErasures; for what was restored below `folder`. Nothing where there was no erasure service. */
export async function redoEmbedded(
  folder: string,
  momentMs: number,
  nowMs: number,
): Promise<Redone> {
  if (!existsSync(join(folder, "erasure"))) return NOTHING_REDONE;
  const lmdb = openLmdb(join(folder, "erasure"));
  try {
    const table = lmdb.table("erasure-jobs");
    async function* jobs() {
      for (const { value } of [...table.entries({})]) yield decodeJob(value);
    }
    const store = new LmdbJobStore(lmdb);
    const hide = (hidden: Hidden) => hideBelow(folder, hidden);
    const restored = { jobs: jobs(), store, people: () => peopleBelow(folder), hide };
    return await redoErasures(restored, momentMs, nowMs);
  } finally {
    await lmdb.close();
  }
}

async function* peopleBelow(folder: string): AsyncGenerator<UserId> {
  for (const [part, tables] of Object.entries(PEOPLE)) {
    if (!existsSync(join(folder, part))) continue;
    const lmdb = openLmdb(join(folder, part));
    try {
      for (const name of tables) {
        let last = 0n;
        for (const key of lmdb.table(name).keys({})) {
          const person = readU64(key);
          if (person !== last) yield trustedUserId(person);
          last = person;
        }
      }
    } finally {
      await lmdb.close();
    }
  }
}
