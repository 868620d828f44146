import type { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import { trustedUserId } from "../../../model/ids.ts";
import type { PersonStates } from "../../../model/person-states.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { changePerson } from "../../../platform/people/change-person.ts";
import { buyerId } from "../arguments.ts";

/** Who can't buy any more, or again. */
export function setPersonState(
  people: Pick<PersonStates, "set">,
): Handler<(typeof BookstoreServiceService)["setPersonState"]> {
  return async (request) =>
    changePerson(people, trustedUserId(buyerId("buyer_id", request.buyerId)), request);
}
