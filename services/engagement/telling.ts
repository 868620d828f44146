import { Event } from "#gen/event/v1/event.ts";
import { type PostId, trustedPostId } from "../model/ids.ts";
import type { ReactionHub } from "./domain/reaction-hub.ts";
import type { ReactionStore } from "./ports.ts";

/** The post that an event of the topic "reactions" is about; 0 for what is no such event. */
export function reactedPost(payload: Uint8Array): PostId {
  const { event } = Event.decode(payload);
  return trustedPostId(event?.$case === "reaction" ? event.value.postId : 0n);
}

/** The store, whose changes the streams of this process are told of once they are durable. */
export function telling(store: ReactionStore, hub: Pick<ReactionHub, "changed">): ReactionStore {
  return {
    like: async (user, post, traceId) => {
      const changed = await store.like(user, post, traceId);
      if (changed) hub.changed(post);
      return changed;
    },
    unlike: async (user, post, traceId) => {
      const changed = await store.unlike(user, post, traceId);
      if (changed) hub.changed(post);
      return changed;
    },
    comment: async (draft, traceId) => {
      const outcome = await store.comment(draft, traceId);
      hub.changed(draft.postId);
      return outcome;
    },
    deleteComment: async (comment, traceId) => {
      await store.deleteComment(comment, traceId);
      hub.changed(comment.post);
    },
    findComment: (...asked) => store.findComment(...asked),
    counts: (posts) => store.counts(posts),
    liked: (...asked) => store.liked(...asked),
    likers: (...asked) => store.likers(...asked),
    comments: (...asked) => store.comments(...asked),
  };
}
