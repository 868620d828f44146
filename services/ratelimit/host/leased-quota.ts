import type { LimitPath } from "../domain/limits/path.ts";
import type { LimitHolder } from "./limit-holder.ts";

/** A quota that all replicas of a service share. */
export interface SharedQuota<Key> {
  /** Takes one. "allowed"; or ms until asking again makes sense; undefined: it can't say, decide yourself. */
  take(key: Key): "allowed" | number | undefined;
}

/** The longest time of a limit's rate. Who can never be served is told so too: limits change. */
const MAX_WAIT_MS = 3_600_000;

/** Each key's quota is a node of the limit tree, decided here by leases: "posts/7" for posts of person 7. */
export function leasedQuota(
  holder: Pick<LimitHolder, "take">,
  root: LimitPath,
): SharedQuota<bigint> {
  return {
    take: (key) => {
      const taken = holder.take(`${root}/${key}`, 1, 0);
      if (taken.kind === "allowed") return "allowed";
      return taken.kind === "refused" ? Math.min(taken.retryAfterMs, MAX_WAIT_MS) : undefined;
    },
  };
}
