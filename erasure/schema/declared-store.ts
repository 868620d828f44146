import { groupByTable } from "../by-table.ts";
import type { ByTable, Id, ItemStore } from "../ports.ts";
import { type Edge, type EdgeKind, edgesOf, type PlacedEdge, type Schema } from "./declare.ts";

/** Ids in parts. */
export type IdParts = AsyncIterable<readonly Id[]> | Promise<readonly Id[]>;

/** What a table must be able to do for each kind of edge. `to` are ids of what the edge points to. */
interface EdgeDrivers {
  /** Who refers to these. */
  readonly deep: { find(to: readonly Id[]): IdParts };
  /** Takes the reference away. */
  readonly shallow: { cut(to: readonly Id[]): Promise<void> };
  /** Takes the person out. */
  readonly anonymise: { anonymise(to: readonly Id[]): Promise<void> };
  readonly counted: {
    /** What these, of the table that declares the edge, hold. */
    held(ids: readonly Id[]): Promise<readonly Id[]>;
    /** Who holds each of these, in their order. */
    holders(to: readonly Id[]): Promise<readonly (readonly Id[])[]>;
  };
}

type DriverOf<Kind extends EdgeKind> = EdgeDrivers[Kind];

/** A driver a table, and one an edge: a missing one is an error of types. */
export type Drivers<Tables extends Schema> = {
  readonly [Name in keyof Tables as Tables[Name]["role"] extends "apart" ? never : Name]: {
    /** Deletes these; what is gone already is deleted. */
    delete(ids: readonly Id[]): Promise<void>;
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

interface AnyDriver {
  delete(ids: readonly Id[]): Promise<void>;
  readonly edges: Readonly<Record<string, DriverOf<EdgeKind>>>;
}

/** A store of what a schema declares: deep edges are followed, all others dealt with before an item goes. */
export function declaredStore<Tables extends Schema>(
  schema: Tables,
  drivers: Drivers<Tables>,
): ItemStore {
  const edges = edgesOf(schema);
  const driverOf = (name: string): AnyDriver =>
    (drivers as Readonly<Record<string, AnyDriver>>)[name];
  const into = (to: string, kind: EdgeKind) =>
    edges.filter((edge) => edge.to === to && edge.kind === kind);
  const through = <Kind extends EdgeKind>({ table, name }: PlacedEdge, _kind: Kind) =>
    driverOf(table).edges[name] as DriverOf<Kind>;
  return {
    check: ({ table }) => {
      const known = Object.keys(schema).filter((name) => schema[name].role === "root");
      if (known.includes(table)) return;
      throw new RangeError(`an erasure can't begin at ${table}: begin at ${known.join(" or ")}`);
    },
    mayBeReferred: (table) => into(table, "deep").length > 0,
    async *getForeignKeys(table, ids) {
      for (const edge of into(table, "deep")) {
        const found = through(edge, "deep").find(ids);
        if (Symbol.asyncIterator in found) {
          for await (const part of found) yield { [edge.table]: part };
        } else {
          yield { [edge.table]: await found };
        }
      }
    },
    delete: async (table, ids) => {
      for (const edge of into(table, "shallow")) await through(edge, "shallow").cut(ids);
      for (const edge of into(table, "anonymise")) await through(edge, "anonymise").anonymise(ids);
      await driverOf(table).delete(ids);
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

function merged(parts: readonly ByTable[]): ByTable {
  return groupByTable(
    parts.flatMap((part) =>
      Object.entries(part).flatMap(([table, ids]) => ids.map((id) => ({ table, id }))),
    ),
  );
}
