import type { ChosenColumns } from "./choose-columns.ts";
import type { Delimiter } from "./delimiters.ts";
import { bad, COMMENT, EMPTY, edgeOf, HEADER, isComment, type LineParser, quote } from "./line.ts";

export interface ColumnsLayout extends ChosenColumns {
  readonly delimiter: Delimiter;
}

/**
 * Two ids in columns; what the other columns hold (weights, times, attributes) is not read. Lines that
 * begin with #, % or // are comments, as SNAP and KONECT write them.
 */
export function columnsParser(layout: ColumnsLayout, shift: bigint): LineParser {
  const { delimiter, columns, header } = layout;
  const [a, b] = columns;
  let awaitsHeader = header !== undefined;
  return {
    about: aboutColumns(layout),
    parse: (line) => {
      if (line.trim() === "") return EMPTY;
      if (isComment(line)) return COMMENT;
      if (awaitsHeader) {
        awaitsHeader = false;
        return HEADER;
      }
      const values = delimiter.split(line);
      if (values.length > Math.max(a, b)) return edgeOf(values[a], values[b], shift);
      return bad(`there must be ${Math.max(a, b) + 1} columns between ${delimiter.name}`);
    },
    missing: () => undefined,
  };
}

function aboutColumns({ delimiter, columns, header, width }: ColumnsLayout): string {
  const taken = columns.map((column) => {
    const name = header?.[column];
    return name === undefined ? `${column + 1}` : `${column + 1} (${quote(name)})`;
  });
  const others = width > 2 ? `, of ${width}: --columns chooses others` : "";
  const passed = header ? `; the header ${quote(header.join(delimiter.mark))} is passed over` : "";
  return `columns ${taken.join(" and ")} between ${delimiter.name}${others}${passed}`;
}
