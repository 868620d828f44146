import { hash } from "node:crypto";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";

const SUM_CHARACTERS = 12;
const TOKEN = /^([0-9a-z.]{1,80})-([0-9a-f]{12})$/;

/**
 * The page tokens of one list: the store's cursor with a check sum over it and over what the list is of. A
 * token of another list or another post, or of nobody's making, never reaches a store (AIP-158).
 */
export function pageTokens(...of: readonly (string | bigint)[]) {
  const sumOf = (cursor: string) =>
    hash("sha256", [...of, cursor].join("\n")).slice(0, SUM_CHARACTERS);
  return {
    /** The cursor that `next_page_token` holds; empty: from the start. Throws INVALID_ARGUMENT. */
    cursorOf(token: string): string {
      if (token === "") return "";
      const [, cursor = "", sum] = TOKEN.exec(token) ?? [];
      if (sum !== undefined && sum === sumOf(cursor)) return cursor;
      const remedy = "send next_page_token of the same list as it was given";
      throw invalidArgument("page_token", "is none of this list", remedy);
    },
    tokenOf: (cursor: string) => (cursor === "" ? "" : `${cursor}-${sumOf(cursor)}`),
  };
}
