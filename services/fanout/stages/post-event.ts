import type { PostEvent } from "#gen/event/v1/event.ts";
import type { PostToDeliver } from "../ports.ts";

/** The post as messages carry it that the worker sends to itself. */
export function eventOf({ postId, authorId, deleted, createTimeMs }: PostToDeliver): PostEvent {
  return { postId, authorId, deleted, createTimeMs: BigInt(createTimeMs) };
}
