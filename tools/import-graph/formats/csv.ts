import { bad, edgeOf, isWholeNumber, type LineParser, NOTHING } from "./line.ts";

/**
 * The first two columns, separated by commas or semicolons, quoted or not. The first line is a header
 * when neither of its two columns is a number.
 */
export function csvParser(shift: bigint): LineParser {
  let isFirst = true;
  return {
    parse: (line) => {
      const text = line.trim();
      if (text === "" || text.startsWith("#")) return NOTHING;
      const [first, second] = text.split(/[,;]/, 2).map(unquoted);
      const isHeader = isFirst && ![first, second].some(isWholeNumber);
      isFirst = false;
      if (isHeader) return NOTHING;
      if (second === undefined) return bad("there must be two columns, separated by , or ;");
      return edgeOf(first, second, shift);
    },
    missing: () => undefined,
  };
}

/** Ids hold no quotes or separators: only the quotes around them are taken off. */
function unquoted(column: string): string {
  const text = column.trim();
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1).trim() : text;
}
