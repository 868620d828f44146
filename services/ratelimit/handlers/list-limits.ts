import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { pageTokens } from "../../platform/grpc/page-tokens.ts";
import { UNUSED } from "../domain/leases/coordinator.ts";
import { pathProblem } from "../domain/limits/path.ts";
import type { Seated } from "../domain/seated.ts";
import { amountOf } from "../wire/amounts.ts";
import { limitMessageOf } from "../wire/limit-message.ts";

const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;
const PATH_CURSOR = /^[\x21-\x7e]{1,600}$/;

/** A page of limits, with what is leased of each. The cursor of a page is the last path before it. */
export function listLimits(
  seated: Seated,
): Handler<(typeof RateLimitServiceService)["listLimits"]> {
  return ({ path, pageSize, pageToken }) => {
    if (pageSize < 0 || pageSize > MAX_PAGE) {
      throw invalidArgument("page_size", `is ${pageSize}`, `send 1 to ${MAX_PAGE}, or 0`);
    }
    const problem = path === "" ? undefined : pathProblem(path, true);
    if (problem !== undefined) throw invalidArgument("path", problem);
    const tokens = pageTokens(PATH_CURSOR, "limits", path);
    const after = tokens.cursorOf(pageToken);
    const size = pageSize === 0 ? DEFAULT_PAGE : pageSize;
    return seated.use((now) => {
      const all = now.book
        .all()
        .filter((one) => path === "" || one.path === path || one.path.startsWith(`${path}/`))
        .filter((one) => one.path > after)
        .sort((a, b) => (a.path < b.path ? -1 : 1));
      const page = all.slice(0, size);
      const usage = now.usage();
      const limits = page.map((limit) => {
        const { leased, wanted, holders } = usage.get(limit.path) ?? UNUSED;
        const message = limitMessageOf(limit);
        return { limit: message, leased: amountOf(leased), wanted: amountOf(wanted), holders };
      });
      const last = all.length > size ? (page.at(-1)?.path ?? "") : "";
      return { limits, nextPageToken: tokens.tokenOf(last), revision: now.book.revision };
    });
  };
}
