import { edgeOf, type LineParser, NOTHING } from "./line.ts";

/**
 * Two ids a line, separated by spaces or tabs; more columns (weights, times) are ignored. Lines that
 * begin with # or % are comments, as SNAP and KONECT write them.
 */
export function edgeListParser(shift: bigint): LineParser {
  return {
    parse: (line) => {
      const text = line.trim();
      if (text === "" || text.startsWith("#") || text.startsWith("%")) return NOTHING;
      const [first, second] = text.split(/\s+/, 2);
      return edgeOf(first, second, shift);
    },
    missing: () => undefined,
  };
}
