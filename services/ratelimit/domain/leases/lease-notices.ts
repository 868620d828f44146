import type { LimitPath } from "../limits/path.ts";
import type { HolderOf } from "./leased-node.ts";

/** The leases of these nodes should be renewed now. */
export type HeardNotice = (paths: readonly LimitPath[]) => void;

/** From the coordinator to whoever speaks for a holder: a stream, or the holder itself in this process. */
export class LeaseNotices {
  readonly #listeners = new Map<string, Set<HeardNotice>>();

  /** Returns how to stop listening. */
  watch(holder: string, heard: HeardNotice): () => void {
    const listeners = this.#listeners.getOrInsertComputed(holder, () => new Set());
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
      if (listeners.size === 0) this.#listeners.delete(holder);
    };
  }

  tell(recalls: readonly HolderOf[]): void {
    const byHolder = new Map<string, LimitPath[]>();
    for (const { path, holder } of recalls) {
      if (!this.#listeners.has(holder)) continue;
      byHolder.getOrInsertComputed(holder, () => []).push(path);
    }
    for (const [holder, paths] of byHolder) {
      for (const heard of this.#listeners.get(holder) ?? []) heard(paths);
    }
  }
}
