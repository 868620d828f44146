import { addHash, createSketch, type Sketch } from "./hyper-log-log.ts";

/** Precision of the sketches of whole days, and of their parts and cohorts. */
export const DAY_PRECISION = 14;
export const PART_PRECISION = 12;
/** Values of one kind told apart on one day; a value beyond them counts under `OTHER`. */
export const MAX_VALUES = 32;
export const OTHER = "(other)";

export const KINDS = ["client", "device", "place"] as const;
export type Kind = (typeof KINDS)[number];
/** Where something came from; empty: not known. */
export type Origin = Readonly<Record<Kind, string>>;

/** Of one client, device or place. */
export interface PartFigures {
  newUsers: number;
  posts: number;
  readonly active: Sketch;
}

/** What is counted of one day. */
export class DayFigures {
  newUsers = 0;
  referredUsers = 0;
  posts = 0;
  readonly active = createSketch(DAY_PRECISION);
  readonly parts: Readonly<Record<Kind, Map<string, PartFigures>>> = {
    client: new Map(),
    device: new Map(),
    place: new Map(),
  };

  /** Someone joined; without an origin only the day counts. */
  addUser(isReferred: boolean, origin: Origin | undefined): void {
    this.newUsers++;
    if (isReferred) this.referredUsers++;
    for (const part of this.#partsOf(origin)) part.newUsers++;
  }

  addPost(origin: Origin | undefined): void {
    this.posts++;
    for (const part of this.#partsOf(origin)) part.posts++;
  }

  /** Someone was active, who is `hash`. */
  addActive(hash: Uint32Array, origin: Origin | undefined): void {
    addHash(this.active, hash);
    for (const part of this.#partsOf(origin)) addHash(part.active, hash);
  }

  #partsOf(origin: Origin | undefined): readonly PartFigures[] {
    if (origin === undefined) return [];
    return KINDS.map((kind) => {
      const parts = this.parts[kind];
      const value = origin[kind];
      const name = parts.has(value) || parts.size < MAX_VALUES ? value : OTHER;
      return parts.getOrInsertComputed(name, newPart);
    });
  }
}

export function newPart(): PartFigures {
  return { newUsers: 0, posts: 0, active: createSketch(PART_PRECISION) };
}
