import { stripVTControlCharacters } from "node:util";

/** Rows in columns: the first one left, numbers right. The first row is the head. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  const cellAt = (cell: string, i: number) => {
    const space = " ".repeat(widths[i] - widthOf(cell));
    return i === 0 ? cell + space : space + cell;
  };
  return rows.map((row) => row.map(cellAt).join("  ").trimEnd()).join("\n");
}

/** Colours take no room. */
function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
