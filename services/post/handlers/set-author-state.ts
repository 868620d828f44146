import { AuthorState, type PostServiceService } from "#gen/post/v1/post.ts";
import type { PersonState, PersonStates } from "../../model/person-states.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { userId } from "./arguments.ts";

const STATES: Readonly<Partial<Record<AuthorState, PersonState>>> = {
  [AuthorState.VISIBLE]: "visible",
  [AuthorState.HIDDEN]: "hidden",
  [AuthorState.ERASED]: "erased",
};

/** Hides or shows what an author wrote; answers when every replica keeps to it. */
export function setAuthorState(
  states: Pick<PersonStates, "set">,
): Handler<(typeof PostServiceService)["setAuthorState"]> {
  return async (request) => {
    const author = userId("author_id", request.authorId);
    const state = STATES[request.state];
    if (!state) throw invalidArgument("state", "is not set", "send VISIBLE, HIDDEN or ERASED");
    await states.set(author, state);
    return {};
  };
}
