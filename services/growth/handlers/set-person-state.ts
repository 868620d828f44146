import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { PersonStates } from "../../model/person-states.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { changePerson } from "../../platform/people/change-person.ts";
import { personId } from "./arguments.ts";

/** From whom nothing more is taken, or again. */
export function setPersonState(
  people: Pick<PersonStates, "set">,
): Handler<(typeof GrowthServiceService)["setPersonState"]> {
  return async (request) => changePerson(people, personId("person_id", request.personId), request);
}
