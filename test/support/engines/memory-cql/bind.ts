import type { CqlValue } from "../../../../services/platform/storage/cql/session.ts";
import { compareValues, type Values } from "./cells.ts";
import type { Condition, Term, Write } from "./statement.ts";

export interface BoundCondition extends Omit<Condition, "terms"> {
  readonly values: readonly unknown[];
}

export interface Bound {
  readonly write: Write;
  readonly sets: Values;
  readonly where: readonly BoundCondition[];
  readonly conditions: readonly BoundCondition[] | undefined;
  readonly timestamp: bigint | undefined;
  readonly ttl: number | undefined;
}

/** Values are bound in the order of the text: USING stands before SET, and behind VALUES. */
export function bind(write: Write, bound: CqlValue[]): Bound {
  const using = () => ({
    timestamp: write.timestamp && BigInt(boundValue(write.timestamp, bound) as bigint),
    ttl: write.ttl && Number(boundValue(write.ttl, bound)),
  });
  const setsOf = () =>
    Object.fromEntries(write.sets.map(({ column, term }) => [column, boundValue(term, bound)]));
  const [before, sets] = write.kind === "insert" ? [undefined, setsOf()] : [using(), setsOf()];
  const { timestamp, ttl } = before ?? using();
  const where = write.where.map((one) => bindCondition(one, bound));
  const conditions = write.conditions?.map((one) => bindCondition(one, bound));
  return { write, sets, where, conditions, timestamp, ttl };
}

export function bindCondition(
  { terms, ...condition }: Condition,
  bound: CqlValue[],
): BoundCondition {
  return { ...condition, values: terms.map((term) => boundValue(term, bound)) };
}

export function boundValue(term: Term, bound: CqlValue[]): unknown {
  return term.kind === "literal" ? term.value : bound.shift();
}

export function equal(name: string, value: unknown): BoundCondition {
  return { columns: [name], isToken: false, operator: "=", values: [value] };
}

export function equalities(where: readonly BoundCondition[]): Values {
  const equal = where.filter(({ operator }) => operator === "=");
  return Object.fromEntries(equal.map(({ columns, values }) => [columns[0], values[0]]));
}

export function holds(
  { columns, operator, values }: BoundCondition,
  of: Values,
  nullsAre = false,
): boolean {
  const [value] = values;
  const found = columns.map((name) => of[name] ?? null);
  if (operator === "IN") return (value as readonly unknown[]).some((one) => isEqual(found[0], one));
  if (operator === "=") return isEqual(found[0], value, nullsAre);
  const differing = values.findIndex((one, i) => !isEqual(found[i], one));
  const i = differing < 0 ? 0 : differing;
  return found[i] !== null && compare(found[i], operator, values[i]);
}

function isEqual(a: unknown, b: unknown, nullsAre = true): boolean {
  if (a === null || b === null) return nullsAre && a === b;
  return compareValues(a, b) === 0;
}

export function compare(a: unknown, operator: string, b: unknown): boolean {
  const order = compareValues(a, b);
  if (operator === ">") return order > 0;
  if (operator === "<") return order < 0;
  return operator === ">=" ? order >= 0 : order <= 0;
}
