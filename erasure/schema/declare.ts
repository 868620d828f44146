/**
 * What happens along an edge when the item that it points to goes (after Facebook's DELF, USENIX Security
 * 2020). An edge is a reference: the table that declares it has it.
 */
export type EdgeKind =
  /** The item that refers goes too, with all that hangs on it. */
  | "deep"
  /** Only the edge goes. */
  | "shallow"
  /** The item stays, without whom it was about. */
  | "anonymise"
  /** The other way round: what is referred to goes with the last that refers to it. */
  | "counted";

export interface Edge<To extends string = string, Kind extends EdgeKind = EdgeKind> {
  readonly kind: Kind;
  readonly to: To;
}

export type Edges<To extends string = string> = Readonly<Record<string, Edge<To>>>;

/** A table with edges, a root where erasures begin, or one that holds nobody. */
export type Declaration<To extends string = string> =
  | { readonly role: "hangs"; readonly edges: Edges<To> }
  | { readonly role: "root"; readonly edges: Readonly<Record<never, never>> }
  | {
      readonly role: "apart";
      readonly why: string;
      readonly edges: Readonly<Record<never, never>>;
    };

export type Schema = Readonly<Record<string, Declaration>>;

const edge =
  <const Kind extends EdgeKind>(kind: Kind) =>
  <const To extends string>(to: To): Edge<To, Kind> => ({ kind, to });

export const deep = edge("deep");
export const shallow = edge("shallow");
export const anonymise = edge("anonymise");
export const counted = edge("counted");

/** Where erasures begin: a person. */
export const root = () => ({ role: "root", edges: {} }) as const;

/** A table that holds nothing of anybody; `why` is for whoever wonders. */
export const apart = (why: string) => ({ role: "apart", why, edges: {} }) as const;

/** A table that hangs on others. Declaring no edge is an error of types: say so with `apart`. */
export const table = <const Own extends Edges>(
  edges: keyof Own extends never ? "declare an edge, or say apart(why)" : Own,
) => ({ role: "hangs", edges: edges as Own }) as const;

/**
 * The schema, checked: an edge to a table that is not declared is an error of types. Throws, naming all of
 * them, when edges lead nowhere, tables can't be reached from a root, or there is no root.
 */
export function declareSchema<const Tables extends Readonly<Record<string, Declaration>>>(
  tables: Tables & Readonly<Record<keyof Tables, Declaration<keyof Tables & string>>>,
): Tables {
  const problems = problemsOf(tables);
  if (problems.length > 0) throw new RangeError(`the schema is wrong: ${problems.join("; ")}`);
  return tables;
}

/** One edge of a schema, with where it stands. */
export interface PlacedEdge extends Edge {
  readonly table: string;
  readonly name: string;
}

export function edgesOf(schema: Schema): readonly PlacedEdge[] {
  return Object.entries(schema).flatMap(([of, { edges }]) =>
    Object.entries<Edge>(edges).map(([name, { kind, to }]) => ({ table: of, name, kind, to })),
  );
}

export function problemsOf(schema: Schema): readonly string[] {
  const edges = edgesOf(schema);
  const roots = Object.keys(schema).filter((name) => schema[name].role === "root");
  const problems = roots.length === 0 ? ["no table is a root"] : [];
  for (const { table: from, name, to } of edges) {
    if (!Object.hasOwn(schema, to)) problems.push(`${from}.${name} leads nowhere: no table ${to}`);
    else if (schema[to].role === "apart")
      problems.push(`${from}.${name} leads to ${to}, which is apart`);
  }
  const reached = new Set(roots);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const { table: from, kind, to } of edges) {
      if (kind === "counted" ? reached.has(from) : reached.has(to))
        reached.add(kind === "counted" ? to : from);
    }
  }
  for (const [name, { role }] of Object.entries(schema)) {
    if (role === "hangs" && Object.keys(schema[name].edges).length === 0) {
      problems.push(`${name} declares no edge: declare one, or say apart(why)`);
    } else if (role !== "apart" && !reached.has(name)) {
      problems.push(`${name} can't be reached from ${roots.join(" or ") || "a root"}`);
    }
  }
  return problems;
}
