import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { LOCK_NAME } from "../../services/platform/storage/folder-lock.ts";
import { LEFT_OUT, PARTS } from "../backup/embedded/parts.ts";

/** Worlds of the load toolkit: they take long to make, and are no part of the mesh. */
const LOAD = "load";
/** What `npm run certs` made: other machines may trust its authority. */
const CERTS = "certs";
/** What a mesh, its tools and its tests make in a data folder: all that a backup has or leaves out, and says why. */
const OWN: readonly string[] = [
  ...PARTS.map(({ name }) => name),
  ...Object.keys(LEFT_OUT),
  "monitoring",
].filter((name) => name !== LOAD && name !== CERTS);

export interface Doomed {
  readonly name: string;
  readonly bytes: number;
}

export interface ResetPlan {
  readonly doomed: readonly Doomed[];
  /** What stays, and is nobody's business here. */
  readonly kept: readonly string[];
}

/** Nothing in the folder says that a mesh made it. */
export class NotOursError extends Error {
  override name = "NotOursError";
}

/**
 * What a reset of the folder would delete: only what the mesh made, and only where a mesh has been, which
 * the lock that it leaves in its folder says. Throws NotOursError.
 */
export function planReset(folder: string, { withLoad }: { readonly withLoad: boolean }): ResetPlan {
  if (!existsSync(folder)) return { doomed: [], kept: [] };
  const names = readdirSync(folder);
  if (names.length > 0 && !names.includes(LOCK_NAME)) {
    throw new NotOursError(
      `${folder} has no ${LOCK_NAME}: no mesh has run on it. Delete it by hand, or set ` +
        "TIDINGS_DATA_DIR to the folder of a mesh.",
    );
  }
  const wanted = withLoad ? [...OWN, LOAD] : OWN;
  const doomed = names.filter((name) => wanted.includes(name));
  return {
    doomed: doomed.map((name) => ({ name, bytes: bytesOf(join(folder, name)) })),
    kept: names.filter((name) => !doomed.includes(name)),
  };
}

function bytesOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
