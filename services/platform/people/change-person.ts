import type { UserId } from "../../model/ids.ts";
import { MAX_PERSON_CHANGES } from "../../model/limits.ts";
import type { PersonState, PersonStates } from "../../model/person-states.ts";
import { invalidArgument } from "../grpc/errors/errors.ts";

/** As the enums of all protos number them. */
const STATES: Readonly<Record<number, PersonState>> = { 1: "visible", 2: "hidden", 3: "erased" };

interface AskedChange {
  readonly state: number;
  readonly change: bigint;
}

/** What a person is to be, as whoever erases people says it to each service that has something of them. */
export async function changePerson(
  people: Pick<PersonStates, "set">,
  person: UserId,
  request: AskedChange,
): Promise<{ change: bigint }> {
  const { state, change } = request;
  const wanted = STATES[state];
  if (wanted === undefined) {
    throw invalidArgument("state", `is ${state}`, "send VISIBLE, HIDDEN or ERASED: 1 to 3");
  }
  if (change < 0n || change > BigInt(MAX_PERSON_CHANGES)) {
    const remedy = `send 1 to ${MAX_PERSON_CHANGES}, or 0 for the next one`;
    throw invalidArgument("change", `is ${change}`, remedy);
  }
  return { change: BigInt(await people.set(person, wanted, Number(change))) };
}
