import type { Event } from "#gen/event/v1/event.ts";
import { trustedPostId } from "../model/ids.ts";
import type { Reactors } from "./domain/reactors.ts";

/** A post that is deleted takes its reactions along. Again, it finds nothing. */
export function followDeletions(reactors: Pick<Reactors, "postDeleted">) {
  return async ({ event }: Event): Promise<void> => {
    if (event?.$case !== "post" || !event.value.deleted) return;
    await reactors.postDeleted(trustedPostId(event.value.postId));
  };
}
