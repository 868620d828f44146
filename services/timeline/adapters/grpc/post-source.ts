import { PostServiceService } from "#gen/post/v1/post.ts";
import { trustedPostId } from "../../../model/ids.ts";
import type { Priority } from "../../../platform/admission/priority.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { EntryKey, PostSource } from "../../ports.ts";

/** The post service as the timeline needs it. */
export function createPostSource(
  channel: Channel,
  /** Of each call. */
  options: { readonly timeoutMs: number; readonly priority: Priority },
): PostSource {
  const client = createClient(PostServiceService, channel);
  return {
    async list(authors, since, before, limit) {
      const request = {
        authorIds: [...authors],
        sincePostId: since,
        beforePostId: before,
        limit,
      };
      const answer = await client.listAuthorPosts(request, options);
      return {
        // The post service's own ids, branded as they are: up to 1,000 objects a call are not made twice.
        posts: answer.posts as unknown as readonly EntryKey[],
        completeFrom: trustedPostId(answer.completeFromPostId),
      };
    },
  };
}
