import { PostLogDirection, type PostServiceService } from "#gen/post/v1/post.ts";
import { DEFAULT_POST_LOG_ROWS, MAX_MESSAGE_BYTES, MAX_POST_LOG_ROWS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { PostLog, PostLogRow } from "../ports.ts";
import { limit } from "./arguments.ts";
import { rowMessageOf } from "./post-log-rows.ts";

/** What a row takes beside its packed bytes, at most. */
const ROW_OVERHEAD_BYTES = 40;
const DIRECTIONS: ReadonlyMap<PostLogDirection, "after" | "before"> = new Map([
  [PostLogDirection.AFTER, "after"],
  [PostLogDirection.BEFORE, "before"],
]);

/** Rows of one generation of the post log. */
export function listPostLog(
  log: Pick<PostLog, "list">,
): Handler<(typeof PostServiceService)["listPostLog"]> {
  return async (request) => {
    const direction = DIRECTIONS.get(request.direction);
    if (!direction) {
      throw invalidArgument("direction", `is ${request.direction}`, "1 (after) or 2 (before)");
    }
    if (request.seq < 0n || request.seq > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalidArgument("seq", `is ${request.seq}`, "the number of a row, or 0 for the first");
    }
    const rows = await log.list({
      generation: request.generation,
      place: { seq: Number(request.seq), bucket: request.bucket },
      direction,
      limit: limit("limit", request.limit, DEFAULT_POST_LOG_ROWS, MAX_POST_LOG_ROWS),
    });
    return { rows: fitting(rows).map(rowMessageOf) };
  };
}

/** As many as a message holds; one always does. */
function fitting(rows: readonly PostLogRow[]): readonly PostLogRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ packed }, i) => {
    bytes += packed.length + ROW_OVERHEAD_BYTES;
    return i > 0 && bytes > MAX_MESSAGE_BYTES;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
