import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { PersonStates } from "../../model/person-states.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { changePerson } from "../../platform/people/change-person.ts";
import { userId } from "./arguments.ts";

/** Hides or shows a person; answers when every replica keeps to it. */
export function setPersonState(
  people: Pick<PersonStates, "set">,
): Handler<(typeof FriendServiceService)["setPersonState"]> {
  return async (request) => changePerson(people, userId("user_id", request.userId), request);
}
