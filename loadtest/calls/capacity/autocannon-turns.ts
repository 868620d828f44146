/** Connections that begin together; autocannon sends all that a connection is to send in a second at its begin. */
export interface Turn {
  /** After the first of all. */
  readonly afterMs: number;
  readonly connections: number;
  /** Of all its connections; whole, as autocannon wants it. */
  readonly perSecond: number;
}

/** Each is an autocannon of its own, which takes some 3 ms of CPU and MiB. */
const MOST_TURNS = 50;
const SECOND_MS = 1_000;

/**
 * A load in turns that begin evenly through a second: all at once, it would be a burst at each second's begin that
 * nobody asked for, and a target that serves 300 a second would make the last of 64 wait for 200 ms at any load.
 */
export function turnsOf(perSecond: number, connections: number): readonly Turn[] {
  const used = Math.min(connections, perSecond);
  const turns = Math.min(MOST_TURNS, used);
  return Array.from({ length: turns }, (_, i) => ({
    afterMs: (i * SECOND_MS) / turns,
    connections: partOf(used, turns, i),
    perSecond: partOf(perSecond, turns, i),
  }));
}

/** Whole parts of a whole, the larger ones first. */
function partOf(whole: number, parts: number, index: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}
