/** What stands between two columns of a line. */
export interface Delimiter {
  readonly name: string;
  readonly mark: string;
  readonly split: (line: string) => string[];
}

const MAX_COLUMNS = 64;

const between = (name: string, mark: string): Delimiter => ({
  name,
  mark,
  split: (line) => line.split(mark, MAX_COLUMNS).map(unquoted),
});

/** In the order in which they are taken when several fit. */
export const DELIMITERS = {
  tab: between("tabs", "\t"),
  comma: between("commas", ","),
  semicolon: between("semicolons", ";"),
  pipe: between("|", "|"),
  space: {
    name: "spaces",
    mark: " ",
    split: (line: string) => line.trim().split(/\s+/, MAX_COLUMNS).map(unquoted),
  },
} as const satisfies Readonly<Record<string, Delimiter>>;

export type DelimiterName = keyof typeof DELIMITERS;

/** Ids hold no quotes or separators: only the quotes around them are taken off. */
function unquoted(column: string): string {
  const text = column.trim();
  return /^"[^"]*"$|^'[^']*'$/.test(text) ? text.slice(1, -1).trim() : text;
}
