import { chosenAt, type Manifest } from "./manifest.ts";

/** A backup whose manifest, or what it lists, can't be read. */
export interface Unreadable {
  readonly path: string;
  /** By its name; undefined: it has not that of a backup. */
  readonly momentMs: number | undefined;
  /** Names it. */
  readonly why: Error;
}

export function isManifest(one: Manifest | Unreadable): one is Manifest {
  return "files" in one;
}

/** What a repository has; oldest first. */
export interface Survey {
  readonly backups: readonly Manifest[];
  readonly unreadable: readonly Unreadable[];
}

/** There would be no backup any more. */
export class NothingLeftError extends Error {
  override name = "NothingLeftError";
  constructor(folder: string) {
    super(
      `${folder} has no backup that can be read, and the last is not forgotten: take a new one into another folder`,
    );
  }
}

/** The moment that a file's name says, as backupName writes it: 2026-11-29T02-15-00.000Z.json. */
export function momentOf(file: string): number | undefined {
  const ms = Date.parse(file.replace(/[.]json$/, "").replace(/T(\d\d)-(\d\d)-/, "T$1:$2:"));
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The newest backup of then or before. One of them that can't be read is not passed over silently.
 * @throws Error there is none, or the newest is damaged; it names what there is
 */
export function newestReadableAt(survey: Survey, atMs: number, folder: string): Manifest {
  const { backups, unreadable } = survey;
  const good = backups.filter(({ momentMs }) => momentMs <= atMs).at(-1);
  const since = good?.momentMs ?? -Infinity;
  const damaged = unreadable.filter(
    ({ momentMs }) => momentMs !== undefined && momentMs <= atMs && momentMs > since,
  );
  const newest = damaged.at(-1);
  if (!newest) return chosenAt(backups, atMs, folder);
  const before = good
    ? `, or choose the one before it: --at ${new Date(since).toISOString()}`
    : "; there is none before it";
  throw new Error(
    `${newest.why.message}, and it would be the one: bring its file back from a copy of the repository${before}`,
    { cause: newest.why },
  );
}

/** Newer than a backup, as far as their names say: what they alone know is not known. */
export function unreadableSince(
  { unreadable }: Survey,
  { momentMs }: Manifest,
): readonly Unreadable[] {
  return unreadable.filter((one) => (one.momentMs ?? Infinity) > momentMs);
}
