/** One operation as its caller saw it. */
export interface Timed<Op> {
  readonly op: Op;
  /** When it was asked and when it was answered, by one clock. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What one object does when its operations come one after the other. */
export interface Model<State, Op> {
  readonly initial: State;
  /** The state behind the operation; undefined: it would not have been answered so. */
  step(state: State, op: Op): State | undefined;
  /** Equal for equal states. */
  key(state: State): string;
}

interface Entry {
  readonly id: number;
  /** The answer of a call; undefined: this is an answer. */
  readonly answer: Entry | undefined;
  before: Entry | undefined;
  next: Entry | undefined;
}

/**
 * An order of the operations in which the model gives the same answers, each between its question and its
 * answer; undefined: there is none, the history is not linearizable. The search of Wing and Gong (1993)
 * with Lowe's memory of what was tried (2017).
 */
export function linearize<State, Op>(
  history: readonly Timed<Op>[],
  model: Model<State, Op>,
): readonly number[] | undefined {
  const head = entriesOf(history);
  const taken: { readonly entry: Entry; readonly state: State }[] = [];
  const tried = new Set<string>();
  const done = new Uint8Array(history.length);
  let state = model.initial;
  let entry = head.next;
  while (entry) {
    if (!entry.answer) {
      // Answered before it could happen: something earlier was put in the wrong place.
      const last = taken.pop();
      if (!last) return undefined;
      state = last.state;
      done[last.entry.id] = 0;
      putBack(last.entry);
      entry = last.entry.next;
      continue;
    }
    const after = model.step(state, history[entry.id].op);
    if (after !== undefined && isNew(tried, done, entry.id, model.key(after))) {
      taken.push({ entry, state });
      state = after;
      takeOut(entry);
      entry = head.next;
    } else entry = entry.next;
  }
  return taken.map(({ entry: { id } }) => id);
}

/** Marks the operation as done, unless the same were done with the same state before. */
function isNew(tried: Set<string>, done: Uint8Array, id: number, stateKey: string): boolean {
  done[id] = 1;
  const key = `${Buffer.from(done).toString("latin1")}|${stateKey}`;
  if (!tried.has(key)) {
    tried.add(key);
    return true;
  }
  done[id] = 0;
  return false;
}

/** Questions and answers by time; of two at the same time the question first, so that they overlap. */
function entriesOf(history: readonly Timed<unknown>[]): Entry {
  const head: Entry = { id: -1, answer: undefined, before: undefined, next: undefined };
  const events = history.flatMap(({ startMs, endMs }, id) => {
    const answer: Entry = { id, answer: undefined, before: undefined, next: undefined };
    const call: Entry = { id, answer, before: undefined, next: undefined };
    return [
      { atMs: startMs, order: 0, entry: call },
      { atMs: endMs, order: 1, entry: answer },
    ];
  });
  events.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  let last = head;
  for (const { entry } of events) {
    last.next = entry;
    entry.before = last;
    last = entry;
  }
  return head;
}

function takeOut(call: Entry): void {
  for (const entry of [call, call.answer]) {
    if (!entry) continue;
    if (entry.before) entry.before.next = entry.next;
    if (entry.next) entry.next.before = entry.before;
  }
}

/** In the opposite order of `takeOut`: their neighbours are then as they were. */
function putBack(call: Entry): void {
  for (const entry of [call.answer, call]) {
    if (!entry) continue;
    if (entry.before) entry.before.next = entry;
    if (entry.next) entry.next.before = entry;
  }
}
