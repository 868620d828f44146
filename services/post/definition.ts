import { PostServiceService } from "#gen/post/v1/post.ts";
import { encodePostResults } from "./handlers/post-results.ts";

/**
 * tidings.post.v1.PostService, with three hot ends: CreatePost takes the bytes as they came, to check its
 * UTF-8 and store it uncopied; BatchGetPosts writes stored posts into the answer without decoding them; a message of
 * WatchPostLog is encoded once for all who watch.
 */
export const PostDefinition = {
  ...PostServiceService,
  createPost: { ...PostServiceService.createPost, requestDeserialize: (bytes: Buffer) => bytes },
  batchGetPosts: { ...PostServiceService.batchGetPosts, responseSerialize: encodePostResults },
  watchPostLog: { ...PostServiceService.watchPostLog, responseSerialize: (bytes: Buffer) => bytes },
};
