import { groupByTable } from "../by-table.ts";
import type { ByTable, Id, ItemStore } from "../ports.ts";
import {
  type Declaration,
  type Edge,
  type EdgeKind,
  edgesOf,
  type PlacedEdge,
  type Schema,
} from "./declare.ts";

/** Ids in parts. */
export type IdParts = AsyncIterable<readonly Id[]> | Promise<readonly Id[]>;

/** What a table must be able to do for each kind of edge. `to` are ids of what the edge points to. */
interface EdgeDrivers {
  /** Who refers to these. */
  readonly deep: { find(to: readonly Id[]): IdParts };
  /** Takes the reference away. */
  readonly shallow: { cut(to: readonly Id[]): Promise<void> };
  readonly anonymise: {
    /** Who refers to these. */
    find(to: readonly Id[]): IdParts;
    /** Takes the reference out of these; where it is out already it stays so. */
    anonymise(ids: readonly Id[]): Promise<void>;
  };
  readonly counted: {
    /** What these, of the table that declares the edge, hold. */
    held(ids: readonly Id[]): Promise<readonly Id[]>;
    /** Who holds each of these, in their order. */
    holders(to: readonly Id[]): Promise<readonly (readonly Id[])[]>;
  };
}

type DriverOf<Kind extends EdgeKind> = EdgeDrivers[Kind];

interface Deleting {
  /** Deletes these; what is gone already is deleted. */
  delete(ids: readonly Id[]): Promise<void>;
}

/** What a table needs by itself: nothing, when all of its edges only anonymise. */
type Own<Table extends Declaration> = keyof Table["edges"] extends never
  ? Deleting
  : Table["edges"][keyof Table["edges"]] extends Edge<string, "anonymise">
    ? unknown
    : Deleting;

/** A driver a table, and one an edge: a missing one is an error of types. */
export type Drivers<Tables extends Schema> = {
  readonly [Name in keyof Tables as Tables[Name]["role"] extends "apart" ? never : Name]: Own<
    Tables[Name]
  > & {
    readonly edges: {
      readonly [E in keyof Tables[Name]["edges"]]: Tables[Name]["edges"][E] extends Edge<
        string,
        infer Kind
      >
        ? DriverOf<Kind>
        : never;
    };
  };
};

interface AnyDriver extends Partial<Deleting> {
  readonly edges: Readonly<Record<string, DriverOf<EdgeKind>>>;
}

/**
 * A store of what a schema declares. Deep edges are followed. Items that an anonymise edge leads to are found,
 * counted and dealt with as "table.edge": they stay, so nothing that hangs on them is looked for. All other
 * edges are dealt with before an item goes.
 */
export function declaredStore<Tables extends Schema>(
  schema: Tables,
  drivers: Drivers<Tables>,
): ItemStore {
  const edges = edgesOf(schema);
  const driverOf = (name: string): AnyDriver =>
    (drivers as Readonly<Record<string, AnyDriver>>)[name];
  const into = (to: string, kind: EdgeKind) =>
    edges.filter((edge) => edge.to === to && edge.kind === kind);
  const anonymising = new Map(
    edges.flatMap((edge) => (edge.kind === "anonymise" ? [[placeOf(edge), edge] as const] : [])),
  );
  const through = <Kind extends EdgeKind>({ table, name }: PlacedEdge, _kind: Kind) =>
    driverOf(table).edges[name] as DriverOf<Kind>;
  return {
    check: ({ table }) => {
      const known = Object.keys(schema).filter((name) => schema[name].role === "root");
      if (known.includes(table)) return;
      throw new RangeError(`an erasure can't begin at ${table}: begin at ${known.join(" or ")}`);
    },
    mayBeReferred: (table) => [...into(table, "deep"), ...into(table, "anonymise")].length > 0,
    async *getForeignKeys(table, ids) {
      for (const edge of into(table, "deep")) {
        yield* named(edge.table, through(edge, "deep").find(ids));
      }
      for (const edge of into(table, "anonymise")) {
        yield* named(placeOf(edge), through(edge, "anonymise").find(ids));
      }
    },
    delete: async (table, ids) => {
      const staying = anonymising.get(table);
      if (staying) return through(staying, "anonymise").anonymise(ids);
      for (const edge of into(table, "shallow")) await through(edge, "shallow").cut(ids);
      await driverOf(table).delete?.(ids);
    },
    getHeld: async (table, ids) => {
      const parts: ByTable[] = [];
      for (const edge of edges.filter((one) => one.table === table && one.kind === "counted")) {
        parts.push({ [edge.to]: await through(edge, "counted").held(ids) });
      }
      return merged(parts);
    },
    getHolders: async (table, ids) => {
      const answers: ByTable[][] = ids.map(() => []);
      for (const edge of into(table, "counted")) {
        const holders = await through(edge, "counted").holders(ids);
        for (const [i, of] of holders.entries()) answers[i].push({ [edge.table]: of });
      }
      return answers.map(merged);
    },
  };
}

/** How an anonymised item is named: it is not its table's, for it does not go. */
function placeOf({ table, name }: PlacedEdge): string {
  return `${table}.${name}`;
}

async function* named(table: string, found: IdParts): AsyncGenerator<ByTable> {
  if (Symbol.asyncIterator in found) {
    for await (const part of found) yield { [table]: part };
  } else {
    yield { [table]: await found };
  }
}

function merged(parts: readonly ByTable[]): ByTable {
  return groupByTable(
    parts.flatMap((part) =>
      Object.entries(part).flatMap(([table, ids]) => ids.map((id) => ({ table, id }))),
    ),
  );
}
