import { Cursor } from "./cursor.ts";
import type { Condition, Create, Select, Selected, Statement, Term, Write } from "./statement.ts";

const TOKENS = /[A-Za-z_][\w.]*|\?|'[^']*'|-?\d+|>=|<=|[()=<>,;*{}:]/g;

/** The statements of a query, in the part of CQL that this project's adapters use; a batch has several. */
export function parse(query: string): readonly Statement[] {
  const at = new Cursor(query.match(TOKENS) ?? []);
  if (!at.takes("BEGIN")) return [statement(at)];
  at.expect("BATCH");
  const statements: Statement[] = [];
  while (!at.takes("APPLY")) {
    statements.push(statement(at));
    at.takes(";");
  }
  return statements;
}

function statement(at: Cursor): Statement {
  const verb = at.next().toUpperCase();
  if (verb === "SELECT") return select(at);
  if (verb === "INSERT") return insert(at);
  if (verb === "UPDATE") return update(at);
  if (verb === "DELETE") return remove(at);
  if (verb === "CREATE") return create(at);
  throw new Error(`a statement that nobody has taught this keyspace: ${verb}`);
}

function select(at: Cursor): Select {
  const isDistinct = at.takes("DISTINCT");
  const selected = at.listUntil("FROM", selectedOf);
  const table = at.next();
  const where = conditions(at, "WHERE");
  const isReversed = at.takes("ORDER") && orderIn(at) === "ASC";
  const limit = at.takes("LIMIT") ? term(at) : undefined;
  return { kind: "select", table, isDistinct, selected, where, isReversed, limit };
}

function orderIn(at: Cursor): string {
  at.expect("BY");
  at.next();
  return at.next().toUpperCase();
}

const FUNCTIONS = ["writetime", "ttl", "token", "sum", "count"] as const;

function selectedOf(at: Cursor): Selected {
  const name = at.next();
  const what = FUNCTIONS.find((one) => one === name.toLowerCase());
  let column = name;
  if (what) column = at.inBrackets((inside) => inside.next()).join(", ");
  // toUnixTimestamp(now())
  else if (at.peek() === "(")
    at.inBrackets((inside) => inside.next() && inside.inBrackets(() => ""));
  const isNow = name.toLowerCase() === "tounixtimestamp";
  const as = at.takes("AS") ? at.next() : column;
  return { what: what ?? (isNow ? "now" : "column"), column, as };
}

function insert(at: Cursor): Write {
  at.expect("INTO");
  const table = at.next();
  const columns = at.inBrackets((inside) => inside.next());
  at.expect("VALUES");
  const terms = at.inBrackets(term);
  const conditional = at.takes("IF");
  if (conditional) for (const word of ["NOT", "EXISTS"]) at.expect(word);
  const sets = columns.map((column, i) => ({ column, term: terms[i] }));
  const how = { ...using(at), sets, where: [], conditions: conditional ? [] : undefined };
  return { kind: "insert", table, ...how };
}

function update(at: Cursor): Write {
  const table = at.next();
  const how = using(at);
  at.expect("SET");
  const sets = at.listUntil("WHERE", (inside) => {
    const column = inside.next();
    inside.expect("=");
    return { column, term: term(inside) };
  });
  const where = conditions(at, undefined);
  const conditional = at.peek()?.toUpperCase() === "IF" ? conditions(at, "IF") : undefined;
  return { kind: "update", table, ...how, sets, where, conditions: conditional };
}

function remove(at: Cursor): Write {
  at.expect("FROM");
  const table = at.next();
  const how = using(at);
  const where = conditions(at, "WHERE");
  return { kind: "delete", table, ...how, sets: [], where, conditions: undefined };
}

function using(at: Cursor): Pick<Write, "timestamp" | "ttl"> {
  const how: { timestamp: Term | undefined; ttl: Term | undefined } = {
    timestamp: undefined,
    ttl: undefined,
  };
  if (!at.takes("USING")) return how;
  do {
    const name = at.next().toLowerCase() as "timestamp" | "ttl";
    how[name] = term(at);
  } while (at.takes("AND"));
  return how;
}

function conditions(at: Cursor, word: string | undefined): readonly Condition[] {
  if (word !== undefined && !at.takes(word)) return [];
  const found: Condition[] = [];
  do {
    const isToken = at.takes("token");
    const columns = at.peek() === "(" ? at.inBrackets((inside) => inside.next()) : [at.next()];
    const operator = at.next().toUpperCase();
    const terms = at.peek() === "(" ? at.inBrackets(term) : [term(at)];
    found.push({ columns, isToken, operator, terms });
  } while (at.takes("AND"));
  return found;
}

function term(at: Cursor): Term {
  const text = at.next();
  if (text === "?") return { kind: "bound" };
  if (text === "true" || text === "false") return { kind: "literal", value: text === "true" };
  if (text === "null") return { kind: "literal", value: null };
  return { kind: "literal", value: text.startsWith("'") ? text.slice(1, -1) : Number(text) };
}

function create(at: Cursor): Create {
  for (const word of ["TABLE", "IF", "NOT", "EXISTS"]) at.expect(word);
  const table = at.next();
  const columns: { name: string; type: string; isStatic: boolean }[] = [];
  let key: (string | readonly string[])[] = [];
  at.inBrackets((inside) => {
    if (inside.takes("PRIMARY")) {
      inside.expect("KEY");
      key = inside.inBrackets((one) =>
        one.peek() === "(" ? one.inBrackets((part) => part.next()) : one.next(),
      );
      return "";
    }
    const [name, type] = [inside.next(), inside.next()];
    columns.push({ name, type, isStatic: inside.takes("static") });
    if (inside.takes("PRIMARY")) {
      inside.expect("KEY");
      key = [name];
    }
    return "";
  });
  const [first, ...clustering] = key;
  const partitionKey = typeof first === "string" ? [first] : first;
  const isDescending = at.rest().includes("DESC");
  const clusteringKey = clustering.map(String);
  return { kind: "create", table, columns, partitionKey, clustering: clusteringKey, isDescending };
}
