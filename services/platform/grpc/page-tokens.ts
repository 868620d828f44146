import { hash } from "node:crypto";
import { invalidArgument } from "./errors/errors.ts";

const SUM_CHARACTERS = 12;
const TOKEN = /^(.+)-([0-9a-f]{12})$/;
/** The cursor is an id: where the next page begins, or below which. */
export const ID_CURSOR = /^[1-9]\d{0,18}$/;

/**
 * The page tokens of one list: a cursor with a check sum over it and over what the list is of. A token of
 * another list, of another person's, or of nobody's making, never reaches a store (AIP-158).
 *
 * @param cursor how all cursors of the list look; none is empty
 * @param of the list's name, and whatever it is of
 */
export function pageTokens(cursor: RegExp, ...of: readonly (string | bigint)[]) {
  const sumOf = (position: string) =>
    hash("sha256", [...of, position].join("\n")).slice(0, SUM_CHARACTERS);
  return {
    /** The cursor that `next_page_token` holds; empty: from the start. Throws INVALID_ARGUMENT. */
    cursorOf(token: string): string {
      if (token === "") return "";
      const [, position = "", sum] = TOKEN.exec(token) ?? [];
      if (sum !== undefined && cursor.test(position) && sum === sumOf(position)) return position;
      const remedy = "send next_page_token of the same list as it was given";
      throw invalidArgument("page_token", "is none of this list", remedy);
    },
    tokenOf: (position: string) => (position === "" ? "" : `${position}-${sumOf(position)}`),
  };
}
