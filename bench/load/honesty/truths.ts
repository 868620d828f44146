/** What a server makes of a call: an answer after a while, an error, a broken connection, or nothing. */
export type Outcome =
  | { readonly kind: "answer"; readonly afterMs: number }
  | { readonly kind: "error"; readonly afterMs: number }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" };

/** Calls as they come, ms since the first: pure, but for what it remembers of those before. */
export type Behaviour = (atMs: number, index: number) => Outcome;

/** A server that does a known thing, so that what each tool says of it can be held against the truth. */
export interface Truth {
  readonly name: string;
  readonly about: string;
  /** Calls a second that it is asked for. */
  readonly perSecond: number;
  readonly behave: () => Behaviour;
}

const answer = (afterMs: number): Outcome => ({ kind: "answer", afterMs });
const SERVICE_MS = 2;
const RATE = 200;

/** One worker, in order of arrival: so much work for each, by how much is waiting. */
function worker(serviceMs: (waitingMs: number) => number): Behaviour {
  let freeAtMs = 0;
  return (atMs) => {
    freeAtMs = Math.max(freeAtMs, atMs) + serviceMs(Math.max(0, freeAtMs - atMs));
    return answer(freeAtMs - atMs);
  };
}

/** One call in `every` ends so, and the others well. */
const sometimes =
  (every: number, outcome: Outcome): Behaviour =>
  (_, index) =>
    index % every === every - 1 ? outcome : answer(SERVICE_MS);

export const TRUTHS: readonly Truth[] = [
  {
    name: "stalls",
    about: "stands still for 100 ms of each second",
    perSecond: RATE,
    behave: () => (atMs) => {
      const inSecond = atMs % 1_000;
      return answer(SERVICE_MS + (inSecond < 900 ? 0 : 1_000 - inSecond));
    },
  },
  {
    name: "errors",
    about: "refuses one call in a hundred at once",
    perSecond: RATE,
    behave: () => sometimes(100, { kind: "error", afterMs: 0 }),
  },
  {
    name: "resets",
    about: "breaks one call in a hundred",
    perSecond: RATE,
    behave: () => sometimes(100, { kind: "reset" }),
  },
  {
    name: "hangs",
    about: "never answers one call in fifty",
    perSecond: RATE,
    behave: () => sometimes(50, { kind: "hang" }),
  },
  {
    name: "slowing",
    about: "is 20 ms slower each second",
    perSecond: RATE,
    behave: () => (atMs) => answer(SERVICE_MS + 20 * Math.floor(atMs / 1_000)),
  },
  {
    name: "capacity",
    about: "can do exactly 200 a second, and is asked for 250",
    perSecond: 250,
    behave: () => worker(() => 5),
  },
  {
    name: "collapse",
    about: "can do 400 a second, but a quarter of that once 50 ms of work wait; asked for 450",
    perSecond: 450,
    behave: () => worker((waitingMs) => (waitingMs > 50 ? 10 : 2.5)),
  },
];
