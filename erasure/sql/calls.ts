import type { ByTable, Id, Item } from "../ports.ts";
import type { EdgeChange } from "./changes.ts";
import type { Refusals } from "./database.ts";
import type { Key } from "./keys.ts";

/** What the worker thread does for the store: requests and answers, by name. */
export interface Calls {
  find(name: string, key: Key): Item | undefined;
  keys(name: string, ids: readonly Id[]): readonly string[];
  check(name: string, id: Id): void;
  /** The first part, and a handle when there are more. */
  foreignKeys(name: string, ids: readonly Id[]): Part;
  /** The same along one of the edges that `changes` gives. */
  changed(name: string, ids: readonly Id[], edge: string): Part;
  /** What happens to rows that refer to a table, and stay: by the name of the foreign key. */
  changes(name: string): readonly EdgeChange[];
  more(handle: number): Part;
  /** Nobody wants the rest. */
  drop(handle: number): void;
  foreignKeysEach(name: string, ids: readonly Id[]): readonly ByTable[];
  delete(name: string, ids: readonly Id[]): Refusals;
  deleteTogether(items: ByTable): Refusals;
  violations(): number;
  /** The tables that something may refer to. */
  referredTables(): readonly string[];
}

export interface Part {
  readonly answer: ByTable;
  readonly handle: number | undefined;
}

export interface CallMessage {
  readonly call: number;
  readonly name: keyof Calls;
  readonly values: readonly unknown[];
}

export type AnswerMessage =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: { readonly name: string; readonly message: string } };

/** Makes a call, here or in a thread. */
export type Call = <Name extends keyof Calls>(
  name: Name,
  ...values: Parameters<Calls[Name]>
) => Promise<ReturnType<Calls[Name]>>;
