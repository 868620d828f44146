import type { PostServiceService } from "#gen/post/v1/post.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { PostLog } from "../ports.ts";
import { headMessageOf } from "./post-log-rows.ts";

/** Where the post log ends, for who keeps an index of everyone's posts. */
export function getPostLogHeads(
  log: Pick<PostLog, "heads">,
): Handler<(typeof PostServiceService)["getPostLogHeads"]> {
  return async () => {
    const { began, heads } = await log.heads();
    return { beganPostId: began, heads: heads.map(headMessageOf) };
  };
}
