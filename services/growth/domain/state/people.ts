import type { Day } from "../figures/days.ts";

/** A person's id in the mesh as two words: ids are above 2^53. */
export interface PersonId {
  readonly low: number;
  readonly high: number;
}

/** From an id, 1 to 2^63-1. */
export function personOf(id: bigint): PersonId {
  return { low: Number(id & 0xffff_ffffn), high: Number(id >> 32n) };
}

/** Which user a person of the mesh is, and when it joined. Users who are no persons cost nothing. */
export class People {
  /** By user: low and high word of its person; zero for none. */
  readonly #persons: Uint32Array;
  readonly #joined: Uint16Array;
  readonly #table: Uint32Array;
  count = 0;

  /** @param maxUsers users are 1 to maxUsers */
  constructor(maxUsers: number) {
    this.#persons = new Uint32Array((maxUsers + 1) * 2);
    this.#joined = new Uint16Array(maxUsers + 1);
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2((maxUsers + 1) * 1.5)));
  }

  /** The user that a person is; 0: none yet. */
  userOf({ low, high }: PersonId): number {
    const table = this.#table;
    const persons = this.#persons;
    const mask = table.length - 1;
    for (let at = homeOf(low, high) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const user = table[at];
      if (persons[2 * user] === low && persons[2 * user + 1] === high) return user;
    }
    return 0;
  }

  /** The person that a user is; undefined: none. */
  personOf(user: number): PersonId | undefined {
    const low = this.#persons[2 * user];
    const high = this.#persons[2 * user + 1];
    return low === 0 && high === 0 ? undefined : { low, high };
  }

  /** The day on which a user who is a person joined. */
  joinedOn(user: number): Day {
    return this.#joined[user];
  }

  /** Nobody is this user any more. Its place in the table stays taken, and fits nobody: there is one a user. */
  remove(user: number): void {
    this.#persons[2 * user] = 0;
    this.#persons[2 * user + 1] = 0;
    this.#joined[user] = 0;
    this.count--;
  }

  /** A person who is not there yet is this user now. */
  add({ low, high }: PersonId, user: number, joined: Day): void {
    this.#persons[2 * user] = low;
    this.#persons[2 * user + 1] = high;
    this.#joined[user] = joined;
    const mask = this.#table.length - 1;
    let at = homeOf(low, high) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = user;
    this.count++;
  }
}

function homeOf(low: number, high: number): number {
  let h = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
