import { resolve } from "node:path";
import { openClient } from "../../services/platform/storage/cql/open-client.ts";
import { connectCql } from "../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { MeshConfig } from "./config.ts";
import { putBackCql } from "./cql/put-back-cql.ts";
import { putBackEmbedded } from "./embedded/put-back.ts";
import type { Redone } from "./erasures/redo.ts";
import { refuseInRepository } from "./places.ts";
import type { OnProgress } from "./progress.ts";
import { type Manifest, newestAt } from "./repository/manifest.ts";
import { PATIENT } from "./repository/patience.ts";
import { Repository } from "./repository/repository.ts";
import type { StoredFile } from "./repository/stored-file.ts";
import { newestReadableAt, unreadableSince } from "./repository/survey.ts";

export interface Restored {
  readonly manifest: Manifest;
  /** Newer backups that can't be read: who was erased since, and is in them alone, is there again. */
  readonly unreadable: readonly string[];
  readonly erasures: Redone;
  /** The newest moment of which the erasures are: what was asked for later is not known. */
  readonly erasuresMs: number;
}

/** Puts the newest backup with its moment at or before `atMs` back where the configuration says. */
export async function restore(
  folder: string,
  config: MeshConfig,
  atMs: number,
  onProgress: OnProgress,
): Promise<Restored> {
  const dataDir = resolve(config.dataDir);
  await refuseInRepository(resolve(folder), dataDir);
  await using repository = await Repository.openToRead(resolve(folder), config.engine, PATIENT);
  const all = await repository.survey();
  const manifest = newestReadableAt(all, atMs, folder);
  const { momentMs } = manifest;
  const files = withNewestErasures(manifest, all.backups);
  const what = { repository, dataDir, files, momentMs, nowMs: Date.now(), onProgress };
  const erasures =
    config.engine === "embedded" ? await putBackEmbedded(what) : await intoKeyspace(config, what);
  const unreadable = unreadableSince(all, manifest).map(({ why }) => why.message);
  const erasuresMs = newestErasures(all.backups)?.momentMs ?? momentMs;
  return { manifest, erasures, erasuresMs, unreadable };
}

const ERASURES = /^(erasure\/|cql\/erasure_)/;

/** What must not come back is what the newest backup that has erasures says, whichever is restored. */
export function withNewestErasures(
  chosen: Manifest,
  all: readonly Manifest[],
): readonly StoredFile[] {
  return [
    ...chosen.files.filter((file) => !isErasures(file)),
    ...(newestErasures(all)?.files.filter(isErasures) ?? []),
  ];
}

function newestErasures(all: readonly Manifest[]): Manifest | undefined {
  const having = all.filter(({ files }) => files.some(isErasures));
  return newestAt(having, Number.POSITIVE_INFINITY);
}

function isErasures({ path }: StoredFile): boolean {
  return ERASURES.test(path);
}

async function intoKeyspace(
  config: MeshConfig,
  what: Omit<Parameters<typeof putBackCql>[0], "client" | "cql">,
): Promise<Redone> {
  const log = createLogger("restore", "error");
  const address = { ...config, service: "restore" };
  await using opening = new AsyncDisposableStack();
  const client = opening.adopt(await openClient(address, log), (one) => one.shutdown());
  const cql = opening.adopt(await connectCql(address, log), (one) => one.close());
  return await putBackCql({ ...what, client, cql });
}
