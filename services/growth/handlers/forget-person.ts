import type { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { GrowthStore } from "../domain/store/growth-store.ts";
import { person } from "./arguments.ts";

/** The user stays; who it was is known no more. */
export function forgetPerson(
  store: Pick<GrowthStore, "room" | "forget" | "durable">,
): Handler<(typeof GrowthServiceService)["forgetPerson"]> {
  return async ({ personId }) => {
    const who = person("person_id", personId);
    await store.room();
    const changed = store.forget(who);
    await store.durable();
    return { changed };
  };
}
