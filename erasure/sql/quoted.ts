/** A name as SQL. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

export const columnOf = (alias: string, name: string) => `${alias}.${quoted(name)}`;

/** A table of the file as SQL: with its schema, as it may have the name of a batch. */
export const tableNamed = ({ name }: { readonly name: string }) => `main.${quoted(name)}`;

/** A name without its case, as SQLite compares names: only of the letters A to Z. "Ä" and "ä" are two tables. */
export const folded = (name: string) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
