import type { Manifest } from "../../ports.ts";
import { type Day, mondayOf } from "../figures/days.ts";
import { CHUNK_USERS, UserChunk } from "./columns.ts";
import type { GrowthState } from "./growth-state.ts";
import { encodeCohort, encodeDay } from "./stored-figures.ts";

/** Event keys that make one blob. */
const CHUNK_EVENTS = 65_536;

/** A blob that is to be written; made late, as it never changes. */
export interface Blob {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

/** The state at one position of the log, as blobs. */
export interface Capture {
  /** Those that no earlier checkpoint wrote. */
  readonly fresh: readonly Blob[];
  readonly manifest: Omit<Manifest, "position">;
}

/**
 * Makes checkpoints. Users and event keys are only ever added, so a full chunk of them is written once and
 * kept for ever, unless a person in it is forgotten; only the last, partial ones are copied at a checkpoint,
 * and the days that changed.
 */
export class Checkpoints {
  readonly #state: GrowthState;
  readonly #users = new Map<number, string>();
  readonly #events = new Map<number, string>();
  readonly #days = new Map<Day, string>();
  readonly #weeks = new Map<Day, string>();

  constructor(state: GrowthState, manifest: Manifest | undefined) {
    this.#state = state;
    for (const name of manifest?.blobs ?? []) this.#know(name);
  }

  /** The state as it is at this moment. `number` is unlike that of every other capture. */
  capture(number: number): Capture {
    const fresh: Blob[] = [];
    const { full, open, forgotten } = this.#state.columns.take();
    /** A name stands for one content: what changed has another. */
    const mark = ({ index }: UserChunk) => (forgotten.has(index) ? `-${number}` : "");
    for (const chunk of full) this.#addUsers(fresh, chunk, mark(chunk), () => chunk.encode());
    if (open.count > 0) {
      const bytes = open.encode();
      this.#addUsers(fresh, open, mark(open), () => bytes);
    }
    const taken = new Set([...full, open].map(({ index }) => index));
    for (const index of forgotten) {
      if (taken.has(index)) continue;
      const chunk = fullChunk(this.#state, index);
      const bytes = chunk.encode();
      this.#addUsers(fresh, chunk, `-${number}`, () => bytes);
    }
    this.#addEvents(fresh);
    this.#addFigures(fresh, number);
    const { ledger, events, figures, feed } = this.#state;
    const all = [this.#users, this.#events, this.#days, this.#weeks];
    return {
      fresh,
      manifest: {
        users: ledger.count,
        eventsFrom: events.start,
        events: events.count,
        today: figures.today,
        feed: [...feed].map(([generation, seq]) => [String(generation), String(seq)] as const),
        blobs: all.flatMap((names) => [...names.values()]),
      },
    };
  }

  #addUsers(
    fresh: Blob[],
    { index, count }: UserChunk,
    mark: string,
    bytes: () => Uint8Array,
  ): void {
    const name = `users-${index}-${count}${mark}`;
    const [, , stored] = this.#users.get(index)?.split("-") ?? [];
    if (mark === "" && stored === String(count)) return;
    this.#users.set(index, name);
    fresh.push({ name, bytes });
  }

  #addEvents(fresh: Blob[]): void {
    const { events } = this.#state;
    const first = Math.floor(events.start / CHUNK_EVENTS);
    for (const index of this.#events.keys()) if (index < first) this.#events.delete(index);
    for (let index = first; index * CHUNK_EVENTS < events.count; index++) {
      const from = Math.max(index * CHUNK_EVENTS, events.start);
      const to = Math.min((index + 1) * CHUNK_EVENTS, events.count);
      const name = `events-${index}-${from}-${to}`;
      const known = this.#events.get(index);
      // A chunk that was whole stays as it is, though its first keys may be forgotten since.
      if (known === name || known?.endsWith(`-${(index + 1) * CHUNK_EVENTS}`)) continue;
      this.#events.set(index, name);
      const words = events.slice(from, to);
      fresh.push({ name, bytes: () => new Uint8Array(words.buffer, 0, words.byteLength) });
    }
  }

  #addFigures(fresh: Blob[], number: number): void {
    const { figures } = this.#state;
    const { days, weeks } = figures.takeDirty();
    for (const day of this.#days.keys()) if (!figures.days.has(day)) this.#days.delete(day);
    for (const week of this.#weeks.keys()) if (!figures.cohorts.has(week)) this.#weeks.delete(week);
    for (const day of days) {
      const of = figures.days.get(day);
      if (of === undefined) continue;
      const name = `day-${day}-${number}`;
      const bytes = encodeDay(of);
      this.#days.set(day, name);
      fresh.push({ name, bytes: () => bytes });
    }
    for (const week of weeks) {
      const of = figures.cohorts.get(week);
      if (of === undefined) continue;
      const name = `week-${week}-${number}`;
      const bytes = encodeCohort(of);
      this.#weeks.set(week, name);
      fresh.push({ name, bytes: () => bytes });
    }
  }

  #know(name: string): void {
    const { kind, index } = parseBlobName(name);
    if (kind === "users") this.#users.set(index, name);
    else if (kind === "events") this.#events.set(index, name);
    else if (kind === "day") this.#days.set(index, name);
    else this.#weeks.set(mondayOf(index), name);
  }
}

/** A full chunk of users as they are now. */
function fullChunk({ ledger, people }: GrowthState, index: number): UserChunk {
  const chunk = new UserChunk(index);
  const before = index * CHUNK_USERS;
  for (let user = before + 1; user <= before + CHUNK_USERS; user++) {
    const person = people.personOf(user);
    const joined = person === undefined ? 0 : people.joinedOn(user);
    chunk.add(ledger.ownRevenueOf(user), ledger.referrerOf(user), person, joined);
  }
  return chunk;
}

/** What a blob holds: chunk number, day or week. */
export function parseBlobName(name: string): { readonly kind: string; readonly index: number } {
  const [kind = "", index = ""] = name.split("-");
  return { kind, index: Number(index) };
}

/** Words of event keys as stored, and the number of the first. */
export interface StoredEvents {
  readonly from: number;
  readonly words: Uint32Array;
}

export function decodeEvents(name: string, bytes: Buffer): StoredEvents {
  const [, , from = ""] = name.split("-");
  return { from: Number(from), words: new Uint32Array(Uint8Array.from(bytes).buffer) };
}
