import { invariant } from "../../model/invariant.ts";
import type { Act } from "../domain/standing.ts";
import type { ActOutcome, EdgeChange, EdgeOutcome, PersonalAct } from "../ports.ts";

/** What a trusted service asks for, as an act. It keeps no time. */
export function ofService(
  { user, friend, event }: EdgeChange,
  act: Extract<Act, "befriend" | "unfriend">,
): PersonalAct {
  return { user, other: friend, event, act, nowMs: 0 };
}

/** The same outcome in the words of edges. */
export function edgeOutcome(outcome: ActOutcome): EdgeOutcome {
  if (outcome.kind === "done") return { kind: outcome.changed ? "changed" : "unchanged" };
  if (outcome.kind === "blocked") return outcome;
  invariant(outcome.list === "friends", "a service's act makes no other list longer");
  return { kind: "full", user: outcome.user };
}
