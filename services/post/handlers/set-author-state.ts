import type { PostServiceService } from "#gen/post/v1/post.ts";
import type { PersonStates } from "../../model/person-states.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { changePerson } from "../../platform/people/change-person.ts";
import { userId } from "./arguments.ts";

/** Hides or shows what an author wrote; answers when every replica keeps to it. */
export function setAuthorState(
  states: Pick<PersonStates, "set">,
): Handler<(typeof PostServiceService)["setAuthorState"]> {
  return async (request) => changePerson(states, userId("author_id", request.authorId), request);
}
