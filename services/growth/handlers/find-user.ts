import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { person } from "./arguments.ts";

/** Which user a person is. */
export function findUser(
  store: Pick<GrowthStore, "state" | "durable">,
): Handler<(typeof GrowthServiceService)["findUser"]> {
  return async ({ personId }) => {
    const userId = BigInt(store.state.people.userOf(person("person_id", personId)));
    await store.durable();
    return { userId };
  };
}
