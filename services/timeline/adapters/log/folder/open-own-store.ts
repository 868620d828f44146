import { EmbeddedEntryStore, type EmbeddedEntryStoreOptions } from "../embedded-entry-store.ts";
import { type OwnerPlace, openOwnFolder } from "./own-folder.ts";

export interface OwnStore {
  readonly store: EmbeddedEntryStore;
  /** Finishes what was accepted, and lets go of the folder. */
  close(): Promise<void>;
}

/**
 * Opens the store of one timeline process below `root`, locked before anything of it is read. Viewers
 * whose shards were, or may have been, another process's since the folder was last written miss what
 * went there: they are durably inactive before it resolves, and are filled when they next read.
 */
export async function openOwnStore(
  root: string,
  place: OwnerPlace,
  options: Omit<EmbeddedEntryStoreOptions, "folder">,
): Promise<OwnStore> {
  await using opening = new AsyncDisposableStack();
  const own = await openOwnFolder(root, place);
  opening.defer(own.release);
  const store = opening.adopt(
    await EmbeddedEntryStore.open({ ...options, folder: own.path }),
    (opened) => opened.close(),
  );
  if (own.isBehind) {
    const viewers = await store.lapseShards((shard) => !own.wasOwn(shard));
    await own.caughtUp();
    const message = "the number of timeline processes has changed: those who moved are inactive";
    if (viewers > 0) options.log.warn({ viewers, folder: own.path, ...place }, message);
  }
  const opened = opening.move();
  return { store, close: () => opened.disposeAsync() };
}
