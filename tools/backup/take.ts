import { resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { openClient } from "../../services/platform/storage/cql/open-client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { MeshConfig } from "./config.ts";
import { takeCql } from "./cql/take-cql.ts";
import { takeEmbedded } from "./embedded/take-embedded.ts";
import type { OnProgress } from "./progress.ts";
import type { Manifest } from "./repository/manifest.ts";
import { Repository } from "./repository/repository.ts";

/** One more backup of the mesh that the configuration names, in the repository, which is made when missing. */
export async function takeBackup(
  folder: string,
  config: MeshConfig,
  onProgress: OnProgress,
): Promise<Manifest> {
  await using repository = await Repository.openOrMake(resolve(folder), config.engine);
  const momentMs = Date.now();
  const files =
    config.engine === "embedded"
      ? await takeEmbedded(resolve(config.dataDir), repository, onProgress)
      : await takeKeyspace(config, repository, momentMs, onProgress);
  const manifest: Manifest = {
    repository: repository.id,
    engine: config.engine,
    momentMs,
    endedMs: Date.now(),
    release: packageJson.version,
    files,
  };
  await repository.add(manifest);
  return manifest;
}

async function takeKeyspace(
  config: MeshConfig,
  repository: Repository,
  momentMs: number,
  onProgress: OnProgress,
) {
  const log = createLogger("backup", "error");
  const client = await openClient({ ...config, service: "backup" }, log);
  try {
    return await takeCql(client, repository, momentMs, onProgress);
  } finally {
    await client.shutdown();
  }
}
