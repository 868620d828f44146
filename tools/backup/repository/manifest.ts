import { hash } from "node:crypto";
import { DamagedBackupError } from "./blocks.ts";
import type { StoredFile } from "./stored-file.ts";

export type EngineName = "embedded" | "cql";

/** One backup: what it holds, and of which moment. Times in ms since the Unix epoch. */
export interface Manifest {
  /** The repository that it belongs to. */
  readonly repository: string;
  readonly engine: EngineName;
  /** All that was acknowledged before is in it. */
  readonly momentMs: number;
  readonly endedMs: number;
  /** Of this project, of whoever made it. */
  readonly release: string;
  readonly files: readonly StoredFile[];
}

/** It is no backup of ours, or one that this version can't read; the message says which. */
export class ForeignBackupError extends Error {
  override name = "ForeignBackupError";
}

const FORMAT = "tidings-backup";
/** What a restore must understand. CQL 2: without lists that are made again, which a restore of before would lack. */
const VERSIONS: Readonly<Record<EngineName, number>> = { embedded: 1, cql: 2 };

/** The name of a backup: its moment, so that names sort by time. */
export function backupName({ momentMs }: Pick<Manifest, "momentMs">): string {
  return new Date(momentMs).toISOString().replaceAll(":", "-");
}

export function encodeManifest(manifest: Manifest): string {
  const content = { format: FORMAT, version: VERSIONS[manifest.engine], ...manifest };
  return `${JSON.stringify({ ...content, seal: sealOf(content) })}\n`;
}

/** @throws ForeignBackupError, DamagedBackupError: both name `where` */
export function decodeManifest(text: string, where: string, repository: string): Manifest {
  const { seal, ...content } = objectIn(text, where);
  if (content.format !== FORMAT) throw new ForeignBackupError(`${where} is no backup of a mesh`);
  const readable = VERSIONS[content.engine as EngineName] ?? 0;
  if (!(Number(content.version) <= readable)) {
    throw new ForeignBackupError(
      `${where} was made by another version (${content.version}): this one reads up to ${readable}`,
    );
  }
  if (seal !== sealOf(content)) throw new DamagedBackupError(`${where} is damaged`);
  const { format, version, ...manifest } = content as unknown as Manifest & Record<string, unknown>;
  if (manifest.repository === repository) return manifest;
  throw new ForeignBackupError(
    `${where} belongs to the repository ${manifest.repository}, and its blocks are there`,
  );
}

/** What a backup has: folders of the data folder ("post"), tables of the keyspace ("cql/posts"). */
export function partsIn({ files }: Pick<Manifest, "files">): ReadonlySet<string> {
  return new Set(
    files.map(({ path }) => {
      const names = path.split("/");
      return names.slice(0, names[0] === "cql" ? 2 : 1).join("/");
    }),
  );
}

/** Earlier versions made one of a keyspace or folder in which there was nothing. @throws ForeignBackupError */
function refuseEmpty(manifest: Manifest): void {
  if (manifest.files.length > 0) return;
  throw new ForeignBackupError(
    `${backupName(manifest)} has nothing in it, so it is of no mesh: choose an older one with --at`,
  );
}

/** The newest that has its moment at or before `atMs`. */
export function newestAt(manifests: readonly Manifest[], atMs: number): Manifest | undefined {
  return manifests
    .filter(({ momentMs }) => momentMs <= atMs)
    .reduce<Manifest | undefined>(
      (newest, one) => (newest && newest.momentMs >= one.momentMs ? newest : one),
      undefined,
    );
}

/** @throws Error there is none; it names the first that there is */
export function chosenAt(manifests: readonly Manifest[], atMs: number, folder: string): Manifest {
  const chosen = newestAt(manifests, atMs);
  const [first] = manifests;
  if (!chosen) {
    const then = first ? `: the first is of ${new Date(first.momentMs).toISOString()}` : "";
    throw new Error(`${folder} has no backup of then or before${then || ", nor any other"}`);
  }
  refuseEmpty(chosen);
  return chosen;
}

/** Those to keep: all since `sinceMs`, and the newest whatever its age. */
export function kept(manifests: readonly Manifest[], sinceMs: number): readonly Manifest[] {
  const newest = newestAt(manifests, Number.POSITIVE_INFINITY);
  return manifests.filter((one) => one.momentMs >= sinceMs || one === newest);
}

function objectIn(text: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw new DamagedBackupError(`${where} is damaged: it is no JSON object`);
}

function sealOf(content: object): string {
  return hash("sha256", JSON.stringify(content), "hex");
}
