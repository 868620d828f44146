import type { Day } from "../figures/days.ts";
import type { PersonId } from "./people.ts";

/** Users whose columns make one blob. */
export const CHUNK_USERS = 65_536;
/** Users, and 1 with persons. */
const HEAD_BYTES = 8;
/** Own revenue and referrer; low and high word of the person, and the day of joining. */
const USER_BYTES = 8 + 4;
const PERSON_BYTES = 4 + 4 + 4;

/** The columns of up to `CHUNK_USERS` users, to which users are added until it is full. */
export class UserChunk {
  readonly index: number;
  readonly #revenues = new Float64Array(CHUNK_USERS);
  readonly #referrers = new Uint32Array(CHUNK_USERS);
  /** Low, high, day; made with the first person. */
  #persons: Uint32Array | undefined;
  count = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** One that goes on where a stored one ends. */
  static of(index: number, { revenues, referrers, persons }: DecodedChunk): UserChunk {
    const chunk = new UserChunk(index);
    chunk.#revenues.set(revenues);
    chunk.#referrers.set(referrers);
    if (persons !== undefined) {
      chunk.#persons = new Uint32Array(3 * CHUNK_USERS);
      chunk.#persons.set(persons);
    }
    chunk.count = revenues.length;
    return chunk;
  }

  get isFull(): boolean {
    return this.count === CHUNK_USERS;
  }

  add(revenue: number, referrer: number, person: PersonId | undefined, joined: Day): void {
    const at = this.count++;
    this.#revenues[at] = revenue;
    this.#referrers[at] = referrer;
    if (person === undefined) return;
    this.#persons ??= new Uint32Array(3 * CHUNK_USERS);
    this.#persons[3 * at] = person.low;
    this.#persons[3 * at + 1] = person.high;
    this.#persons[3 * at + 2] = joined;
  }

  /** The user at this place is no person any more. */
  forget(at: number): void {
    this.#persons?.fill(0, 3 * at, 3 * at + 3);
  }

  /** Head, revenues, referrers, persons. */
  encode(): Buffer {
    const { count } = this;
    const persons = this.#persons;
    const length = HEAD_BYTES + count * (USER_BYTES + (persons === undefined ? 0 : PERSON_BYTES));
    const bytes = Buffer.allocUnsafeSlow(length);
    bytes.writeUInt32LE(count, 0);
    bytes.writeUInt32LE(persons === undefined ? 0 : 1, 4);
    let at = HEAD_BYTES;
    at = put(bytes, at, this.#revenues.subarray(0, count));
    at = put(bytes, at, this.#referrers.subarray(0, count));
    if (persons !== undefined) put(bytes, at, persons.subarray(0, 3 * count));
    return bytes;
  }
}

/** The columns of a blob. */
export interface DecodedChunk {
  readonly revenues: Float64Array;
  readonly referrers: Uint32Array;
  /** Low, high, day of each; undefined: nobody is a person. */
  readonly persons: Uint32Array | undefined;
}

/** The bytes are those that `encode` gave: whoever stores them sees to that. */
export function decodeChunk(bytes: Buffer): DecodedChunk {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  const count = aligned.readUInt32LE(0);
  const { buffer, byteOffset } = aligned;
  const at = byteOffset + HEAD_BYTES;
  const hasPersons = aligned.readUInt32LE(4) === 1;
  return {
    revenues: new Float64Array(buffer, at, count),
    referrers: new Uint32Array(buffer, at + 8 * count, count),
    persons: hasPersons ? new Uint32Array(buffer, at + 12 * count, 3 * count) : undefined,
  };
}

function put(bytes: Buffer, at: number, column: Float64Array | Uint32Array): number {
  bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
  return at + column.byteLength;
}
