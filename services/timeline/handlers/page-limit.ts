import { DEFAULT_PAGE_ENTRIES, MAX_PAGE_ENTRIES } from "../../model/limits.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";

/** Entries asked for: 1 to 200; 0 means 20. */
export function pageLimit(limit: number): number {
  if (limit === 0) return DEFAULT_PAGE_ENTRIES;
  if (limit >= 1 && limit <= MAX_PAGE_ENTRIES) return limit;
  throw invalidArgument("limit", `is ${limit}`, `1 to ${MAX_PAGE_ENTRIES}, or 0 for the default`);
}
