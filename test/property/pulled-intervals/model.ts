import {
  close,
  open,
  type StoredTable,
  settleFurther,
  type TableChange,
} from "../../../services/friend/domain/pulled/changes.ts";
import { firstPostIdAt, postIdOf, userIdOf } from "../../../services/model/ids.ts";
import { PulledTable } from "../../../services/model/pulled/pulled-table.ts";

const START_MS = Date.UTC(2027, 0, 1);
const STEP_MS = 4_000;
const AHEAD_MS = 10_000;
const AUTHOR = userIdOf(7n);
/** Time, and changes of intervals: small scopes, all of them. */
const MAX_STEPS = 3;
const MAX_CHANGES = 3n;
const MAX_REVISIONS = 8n;

/** What one process that changes intervals has in mind: the table it read, and its change of it. */
interface Intent {
  readonly seen: StoredTable;
  readonly change: TableChange;
}

interface State {
  readonly step: number;
  readonly table: StoredTable;
  readonly openers: readonly (Intent | undefined)[];
  /** By post (one a step): what any reading of the table so far has said about it, as bits. */
  readonly said: readonly number[];
}

interface Reached {
  readonly state: State;
  readonly by: string;
  readonly from: Reached | undefined;
}

/** What may be broken on purpose. */
export interface Broken {
  readonly change?: (change: TableChange, nowMs: number) => TableChange;
  /** Whether a change that was made of `seen` is applied to `table`. */
  readonly applies?: (seen: StoredTable, table: StoredTable) => boolean;
  /** What a process makes of a reading. */
  readonly reading?: (table: PulledTable, nowMs: number) => PulledTable;
}

const PUSH = 1;
const PULL = 2;

/**
 * Two processes open and close one author's interval and settle the table, in every order, while time
 * goes on. Each may stop between reading and writing, for ever or not (its change comes late), or write
 * without knowing that it did (it reads again). Copies of any age are in use: so all that any reading has
 * ever said of a post must be the same. Gives the number of states, or the history that breaks this.
 */
export function explore(broken: Broken = {}): { states: number; problem?: string } {
  const first: State = {
    step: 0,
    table: { revision: 0n, version: 0n, validThrough: postIdOf(0n), intervals: [] },
    openers: [undefined, undefined],
    said: Array.from({ length: MAX_STEPS + 1 }, () => 0),
  };
  const seen = new Set<string>();
  const waiting: Reached[] = [{ state: first, by: "", from: undefined }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const key = keyOf(next.state);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [name, state] of successors(next.state, broken)) {
      const told = { ...state, said: hear(state, broken) };
      const reached = { state: told, by: name, from: next };
      if (told.said.includes(PUSH | PULL)) return { states: seen.size, problem: tell(reached) };
      if (!seen.has(keyOf(told))) waiting.push(reached);
    }
  }
  return { states: seen.size };
}

function* successors(state: State, broken: Broken): Generator<[string, State]> {
  const { table, openers, step } = state;
  const nowMs = START_MS + step * STEP_MS;
  if (step < MAX_STEPS) yield ["time passes", { ...state, step: step + 1 }];
  for (const [i, intent] of openers.entries()) {
    // The two are alike: the second begins nothing while the first has nothing in hand.
    if (i > 0 && openers[0] === undefined && !intent) continue;
    const withIntent = (next: Intent | undefined) => openers.with(i, next);
    if (!intent) {
      for (const [name, change] of changesOf(table, nowMs, broken)) {
        const openersNow = withIntent({ seen: table, change });
        yield [`${i} reads, to ${name}`, { ...state, openers: openersNow }];
      }
      continue;
    }
    const after = applied(intent, table, broken);
    yield [`${i} writes`, { ...state, table: after, openers: withIntent(undefined) }];
    // Its answer is lost: it may come a second time, late.
    if (after !== table) yield [`${i} writes, unanswered`, { ...state, table: after }];
    yield [`${i} gives up`, { ...state, openers: withIntent(undefined) }];
  }
}

function* changesOf(table: StoredTable, nowMs: number, broken: Broken) {
  const all: [string, TableChange | undefined][] = [
    ["settle", settleFurther(table, { nowMs, aheadMs: AHEAD_MS })],
    ["open", open(table, AUTHOR, "asked", { nowMs, aheadMs: AHEAD_MS })],
    ["close", close(table, AUTHOR, { nowMs, aheadMs: AHEAD_MS })],
  ];
  for (const [name, change] of all) {
    if (!change || (change.interval && table.version === MAX_CHANGES)) continue;
    yield [name, broken.change?.(change, nowMs) ?? change] as const;
  }
}

/** The compare-and-set. */
function applied({ seen, change }: Intent, table: StoredTable, broken: Broken): StoredTable {
  const applies = broken.applies ?? ((one, other) => one.revision === other.revision);
  if (!applies(seen, table) || table.revision === MAX_REVISIONS) return table;
  const { interval, validThrough } = change;
  const intervals = interval
    ? [...table.intervals.filter(({ since }) => since !== interval.since), interval]
    : table.intervals;
  const version = table.version + (interval ? 1n : 0n);
  return { revision: table.revision + 1n, version, validThrough, intervals };
}

/** Somebody reads the table now, and goes by it for any post. */
function hear({ table, said, step }: State, broken: Broken): readonly number[] {
  const nowMs = START_MS + step * STEP_MS;
  const reading = broken.reading?.(new PulledTable(table), nowMs) ?? new PulledTable(table);
  return said.map((bits, i) => {
    const post = firstPostIdAt(START_MS + i * STEP_MS + 1);
    const delivery = reading.deliveryOf(post, AUTHOR);
    return bits | (delivery === "push" ? PUSH : delivery === "pull" ? PULL : 0);
  });
}

function tell({ by, from }: Reached): string {
  return from?.from ? `${tell(from)}, ${by}` : by;
}

function keyOf(state: State): string {
  return JSON.stringify(state, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}
