import { type FriendServiceService, PersonState } from "#gen/friend/v1/friend.ts";
import type { PersonStates, PersonState as State } from "../../model/person-states.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { userId } from "./arguments.ts";

const STATES: Readonly<Partial<Record<PersonState, State>>> = {
  [PersonState.VISIBLE]: "visible",
  [PersonState.HIDDEN]: "hidden",
  [PersonState.ERASED]: "erased",
};

/** Hides or shows a person; answers when every replica keeps to it. */
export function setPersonState(
  people: Pick<PersonStates, "set">,
): Handler<(typeof FriendServiceService)["setPersonState"]> {
  return async (request) => {
    const user = userId("user_id", request.userId);
    const state = STATES[request.state];
    if (!state) throw invalidArgument("state", "is not set", "send VISIBLE, HIDDEN or ERASED");
    await people.set(user, state);
    return {};
  };
}
