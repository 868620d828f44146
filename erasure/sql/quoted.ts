/** A name as SQL. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

export const columnOf = (alias: string, name: string) => `${alias}.${quoted(name)}`;

/** A table of the file as SQL: with its schema, as it may have the name of a batch. */
export const tableNamed = ({ name }: { readonly name: string }) => `main.${quoted(name)}`;
