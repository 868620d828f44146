import { userIdOf } from "../../model/ids.ts";
import type { Job, Tally } from "./job.ts";

/** A job as stores keep it: JSON, with numbers of 64 bits and more as texts. */
export function encodeJob(job: Job): Buffer {
  return Buffer.from(
    JSON.stringify(job, (_, value) => (typeof value === "bigint" ? String(value) : value)),
  );
}

interface StoredTally {
  readonly count: number;
  readonly hash: string;
}

export function decodeJob(bytes: Uint8Array): Job {
  const stored = JSON.parse(Buffer.from(bytes).toString());
  // Jobs of earlier versions lack some.
  const { userId, tables, certificate, news, newsMs = 0, change = 0, isFinal = false } = stored;
  const { progress } = stored;
  return {
    ...stored,
    userId: userId === undefined ? undefined : userIdOf(BigInt(userId)),
    news: news && { ...news, userId: userIdOf(BigInt(news.userId)) },
    ...{ newsMs, change, isFinal },
    progress: progress && { left: 0, ...progress },
    tables: talliesOf(tables),
    certificate: certificate && { ...certificate, tables: talliesOf(certificate.tables) },
  };
}

function talliesOf(stored: Readonly<Record<string, StoredTally>>): Readonly<Record<string, Tally>> {
  return Object.fromEntries(
    Object.entries(stored).map(([table, { count, hash }]) => [
      table,
      { count, hash: BigInt(hash) },
    ]),
  );
}
