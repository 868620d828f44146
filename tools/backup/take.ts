import { resolve } from "node:path";
import type { Client } from "cassandra-driver";
import packageJson from "../../package.json" with { type: "json" };
import { asUnreachable } from "../../services/platform/storage/cql/errors.ts";
import { openClientIfThere } from "../../services/platform/storage/cql/open-client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { MeshConfig } from "./config.ts";
import { isMadeAgain } from "./cql/tables.ts";
import { noMeshIn, refuseNoMeshIn, takeCql } from "./cql/take-cql.ts";
import { PARTS } from "./embedded/parts.ts";
import { refuseNoMesh, takeParts } from "./embedded/take-embedded.ts";
import { refuseNested } from "./places.ts";
import type { OnProgress } from "./progress.ts";
import { backupName, type Manifest, partsIn } from "./repository/manifest.ts";
import type { Patience } from "./repository/patience.ts";
import { Repository } from "./repository/repository.ts";
import type { StoredFile } from "./repository/stored-file.ts";

export interface Taking {
  readonly folder: string;
  readonly config: MeshConfig;
  readonly patience: Patience;
  /** Else a backup must have every part that the one before has. */
  readonly partsMayBeMissing: boolean;
  readonly onProgress: OnProgress;
  /** Told what is the matter with what was there before. */
  readonly onWarning: (message: string) => void;
}

/** Copies everything into the repository. */
type Copy = (repository: Repository) => Promise<readonly StoredFile[]>;

/** One more backup of the mesh that the configuration names, in the repository, which is made when missing. */
export async function takeBackup(taking: Taking): Promise<Manifest> {
  const { config, patience } = taking;
  const folder = resolve(taking.folder);
  await refuseNested(folder, resolve(config.dataDir));
  await using open = new AsyncDisposableStack();
  const copy =
    config.engine === "embedded" ? copyOfFolder(taking) : await copyOfKeyspace(taking, open);
  const repository = open.use(await Repository.openOrMake(folder, config.engine, patience));
  const { backups, unreadable } = await repository.newest();
  const [before] = backups;
  for (const { why } of unreadable) taking.onWarning(why.message);
  const momentMs = Date.now();
  const manifest: Manifest = {
    repository: repository.id,
    engine: config.engine,
    momentMs,
    files: await copy(repository),
    endedMs: Date.now(),
    release: packageJson.version,
  };
  if (before && !taking.partsMayBeMissing) {
    refuseMissing(manifest, before, config);
    refuseAnother(manifest, before, config);
  }
  await repository.add(manifest);
  const { repaired } = repository.blocks;
  if (repaired > 0) taking.onWarning(repairedInWords(repaired));
  return manifest;
}

function repairedInWords(repaired: number): string {
  const are = repaired === 1 ? "block was damaged and is" : "blocks were damaged and are";
  return `${repaired} ${are} stored anew, for older backups, too: look at the disk, and have verify read all`;
}

function copyOfFolder({ config, onProgress }: Taking): Copy {
  const dataDir = resolve(config.dataDir);
  refuseNoMesh(dataDir);
  return (repository) => takeParts(PARTS, dataDir, repository, onProgress);
}

async function copyOfKeyspace(
  { config, onProgress }: Taking,
  open: AsyncDisposableStack,
): Promise<Copy> {
  const address = { ...config, service: "backup" };
  const client = await openClientIfThere(address, createLogger("backup", "error"));
  if (!client) throw noMeshIn(config.cqlKeyspace);
  open.adopt(client, (one: Client) => one.shutdown());
  await refuseNoMeshIn(client);
  return async (repository) => {
    const keys = PARTS.filter(({ isOfAllEngines }) => isOfAllEngines);
    const parts = await takeParts(keys, resolve(config.dataDir), repository, onProgress);
    try {
      return [...parts, ...(await takeCql(client, repository, onProgress))];
    } catch (error) {
      throw asUnreachable(error, config.cqlContactPoints);
    }
  };
}

/** What was there and is gone has been lost, or is looked for in the wrong place: this must not become the newest. */
function refuseMissing(manifest: Manifest, before: Manifest, config: MeshConfig): void {
  const parts = partsIn(manifest);
  const gone = [...partsIn(before)].filter((part) => !parts.has(part) && !isMadeAgain(part));
  if (gone.length === 0) return;
  const places = [resolve(config.dataDir)];
  if (config.engine === "cql") places.unshift(`the keyspace ${config.cqlKeyspace}`);
  throw new Error(
    `not found in ${places.join(" and ")}: ${gone.join(", ")}, of the backup before (${backupName(before)}). ` +
      "Bring back what was lost, or say --parts-may-be-missing if that is meant",
  );
}

/**
 * A mesh that was made anew in an empty folder has keys of its own: its backups are no later ones of the mesh before,
 * and a restore would take its erasures, of which there are none, for the newest.
 */
function refuseAnother(manifest: Manifest, before: Manifest, config: MeshConfig): void {
  const [keys, keysBefore] = [keysIn(manifest), keysIn(before)];
  const isAnother = keys.size > 0 && keysBefore.size > 0 && keys.isDisjointFrom(keysBefore);
  if (!isAnother) return;
  throw new Error(
    `the keys in ${resolve(config.dataDir, KEYS)} are none of those in the backup before (${backupName(before)}): ` +
      "this is another mesh. Take its backups into a folder of its own, or, if this one was given new keys, " +
      "say --parts-may-be-missing once",
  );
}

const KEYS = "keys";

/** Which keys are in it, by name and content. */
function keysIn({ files }: Manifest): ReadonlySet<string> {
  const keys = files.filter(({ path }) => path.startsWith(`${KEYS}/`));
  return new Set(keys.map(({ path, lists }) => [path, ...lists].join(" ")));
}
