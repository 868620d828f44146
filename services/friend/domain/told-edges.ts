import type { UserId } from "../../model/ids.ts";
import type { Consents, EdgeWriter, TimelineOwners, UntoldChanges } from "../ports.ts";
import type { Act } from "./standing.ts";

/** Acts that leave an edge as it is, if two people are no friends after them. */
const ASKS: ReadonlySet<Act> = new Set(["request", "unblock"]);

/**
 * Edges whose changes the owners of both timelines know of before they are answered, or can ask for. Also of those that change
 * nothing: what is done again may have been done by a process that died before it told.
 */
export function toldEdges(
  edges: EdgeWriter & Consents,
  owners: TimelineOwners,
  noteUntold: UntoldChanges["note"],
): EdgeWriter & Consents {
  const told = async <Outcome>(user: UserId, friend: UserId, outcome: Outcome) => {
    if (!(await owners.tell(user, friend))) await noteUntold(user, friend);
    return outcome;
  };
  const changing =
    (write: EdgeWriter["add"]): EdgeWriter["add"] =>
    async (change) => {
      const outcome = await write(change);
      const isDone = outcome.kind === "changed" || outcome.kind === "unchanged";
      return isDone ? told(change.user, change.friend, outcome) : outcome;
    };
  return {
    add: changing((change) => edges.add(change)),
    remove: changing((change) => edges.remove(change)),
    act: async (act) => {
      const outcome = await edges.act(act);
      if (outcome.kind !== "done" || (ASKS.has(act.act) && !outcome.areFriends)) return outcome;
      return told(act.user, act.other, outcome);
    },
    related: (query) => edges.related(query),
    hidden: (user, others) => edges.hidden(user, others),
  };
}
