import type { LimitPath } from "../domain/limits/path.ts";
import type { LimitHolder } from "./limit-holder.ts";

/** A quota that all replicas of a service share. */
export interface SharedQuota<Key> {
  /** Takes one. "allowed"; or ms until asking again makes sense; undefined: it can't say, decide yourself. */
  take(key: Key): "allowed" | number | undefined;
}

/** Each key's quota is a node of the limit tree, decided here by leases: "posts/7" for posts of person 7. */
export function leasedQuota(holder: LimitHolder, root: LimitPath): SharedQuota<bigint> {
  return {
    take: (key) => {
      const taken = holder.take(`${root}/${key}`, 1, 0);
      if (taken.kind === "allowed") return "allowed";
      return taken.kind === "refused" ? taken.retryAfterMs : undefined;
    },
  };
}
