import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_UNTOLD_CHANGES } from "../../model/limits.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { UntoldChanges } from "../ports.ts";

/** What was noted before this, by any process, can be read: longer than a write takes, and clocks differ. */
const SETTLED_MS = 5_000;

/** Friend changes of which owners of timelines could not be told, for owners that ask. */
export function listUntoldChanges(
  untold: Pick<UntoldChanges, "since">,
  clock: Pick<Clock, "nowMs">,
): Handler<(typeof FriendServiceService)["listUntoldChanges"]> {
  return async ({ sinceMs }) => {
    if (sinceMs < 0n) throw invalidArgument("since_ms", `is ${sinceMs}`, "it is Unix ms");
    const askedMs = clock.nowMs();
    const changes = await untold.since(Number(sinceMs), MAX_UNTOLD_CHANGES);
    const lastMs = changes.at(-1)?.atMs ?? 0;
    const isCut = changes.length === MAX_UNTOLD_CHANGES;
    // What is cut goes on where it was cut, settled or not: more than so many in five seconds are an outage of all
    // owners, who will read everything anew. Who is given as many of one ms as an answer holds goes on behind them.
    const cutMs = Math.max(lastMs, Number(sinceMs) + 1);
    return {
      changes: changes.map(({ user, friend, atMs }) => ({
        userId: user,
        friendId: friend,
        atMs: BigInt(atMs),
      })),
      untilMs: BigInt(isCut ? cutMs : Math.floor(askedMs - SETTLED_MS)),
      isCut,
    };
  };
}
