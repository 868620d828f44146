import { KINDS, type Origin } from "../figures/day-figures.ts";
import type { Day } from "../figures/days.ts";
import type { FeedPosition, GrowthEvent } from "./commands.ts";
import { type EventKey, KEY_WORDS } from "./event-key.ts";
import type { PersonId } from "./people.ts";

/** Hears what was decided, in its order. */
export interface RecordSink {
  day(day: Day): void;
  insert(revenue: number, referrer: number, key: EventKey | undefined): void;
  event(event: GrowthEvent): void;
  /** Nobody is this user any more. */
  forget(user: number): void;
  /** Logs of earlier versions have these. */
  fed(position: FeedPosition): void;
}

const DAY = 1;
const INSERT = 2;
const KEYED_INSERT = 3;
const SIGNED_UP = 4;
const ACTIVE = 5;
const POSTED = 6;
const FED = 7;
/** By user, so that the log does not name once more whom it is to forget. */
const FORGET = 8;
const EVENT_KINDS = { "signed-up": SIGNED_UP, active: ACTIVE, posted: POSTED } as const;
/** The largest record: kind, key, day, person, revenue, referrer and three texts. */
const MAX_RECORD_BYTES = 1 + 1 + 16 + 8 + 8 + 8 + 1 + 8 + 3 * (1 + 128);
const FIRST_BYTES = 64 * 1_024;

/** Records one behind the other, as they are logged; what stands before them is the caller's. */
export class RecordWriter implements Omit<RecordSink, "fed"> {
  readonly #headBytes: number;
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length: number;
  /** Records since `clear`. */
  count = 0;

  constructor(headBytes: number) {
    this.#headBytes = headBytes;
    this.#length = headBytes;
  }

  /** Of head and records. */
  get length(): number {
    return this.#length;
  }

  /** Head and records. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = this.#headBytes;
    this.count = 0;
  }

  day(day: Day): void {
    this.#begin(DAY);
    this.#varint(day);
  }

  insert(revenue: number, referrer: number, key: EventKey | undefined): void {
    this.#begin(key === undefined ? INSERT : KEYED_INSERT);
    if (key !== undefined) this.#key(key);
    this.#varint(revenue);
    this.#varint(referrer);
  }

  event(event: GrowthEvent): void {
    this.#begin(EVENT_KINDS[event.kind]);
    this.#bytes[this.#length++] = event.key === undefined ? 0 : 1;
    if (event.key !== undefined) this.#key(event.key);
    this.#varint(event.day);
    this.#person(event.person);
    for (const kind of KINDS) this.#text(event.origin[kind]);
    if (event.kind !== "signed-up") return;
    this.#varint(event.revenue);
    this.#bytes[this.#length++] = event.referrer === undefined ? 0 : 1;
    if (event.referrer !== undefined) this.#person(event.referrer);
  }

  forget(user: number): void {
    this.#begin(FORGET);
    this.#varint(user);
  }

  #begin(kind: number): void {
    if (this.#length + MAX_RECORD_BYTES > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(2 * this.#bytes.length);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = kind;
    this.count++;
  }

  /** Up to 2^53-1. */
  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
    }
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #key(key: EventKey): void {
    for (let i = 0; i < KEY_WORDS; i++)
      this.#length = this.#bytes.writeUInt32LE(key[i], this.#length);
  }

  #person({ low, high }: PersonId): void {
    this.#length = this.#bytes.writeUInt32LE(low, this.#length);
    this.#length = this.#bytes.writeUInt32LE(high, this.#length);
  }

  #text(text: string): void {
    const length = this.#bytes.write(text, this.#length + 1, "utf8");
    this.#bytes[this.#length] = length;
    this.#length += 1 + length;
  }
}

/** The records are not what a `RecordWriter` writes. */
export class RecordError extends Error {}

/** Tells the sink of the records in bytes[from..to). @throws RecordError */
export function readRecords(bytes: Buffer, from: number, to: number, sink: RecordSink): void {
  const reader = new RecordReader(bytes, from, to);
  while (!reader.isDone) reader.read(sink);
}

class RecordReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  get isDone(): boolean {
    return this.#at === this.#end;
  }

  read(sink: RecordSink): void {
    const kind = this.#byte();
    if (kind === DAY) sink.day(this.#varint());
    else if (kind === INSERT) sink.insert(this.#varint(), this.#varint(), undefined);
    else if (kind === KEYED_INSERT) {
      const key = this.#key();
      sink.insert(this.#varint(), this.#varint(), key);
    } else if (kind === FORGET) sink.forget(this.#varint());
    else if (kind === FED) sink.fed({ generation: this.#int64(), seq: this.#int64() });
    else sink.event(this.#event(kind));
  }

  #event(kind: number): GrowthEvent {
    const key = this.#byte() === 0 ? undefined : this.#key();
    const of = { key, day: this.#varint(), person: this.#person() };
    const origin: Origin = { client: this.#text(), device: this.#text(), place: this.#text() };
    if (kind === ACTIVE) return { kind: "active", ...of, origin };
    if (kind === POSTED) return { kind: "posted", ...of, origin };
    if (kind !== SIGNED_UP) throw new RecordError(`a record of kind ${kind}`);
    const revenue = this.#varint();
    const referrer = this.#byte() === 0 ? undefined : this.#person();
    return { kind: "signed-up", ...of, origin, revenue, referrer };
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new RecordError("a record is cut off");
    return this.#bytes[this.#at++];
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 46) throw new RecordError("a number is too long");
    }
  }

  #word(): number {
    if (this.#at + 4 > this.#end) throw new RecordError("a record is cut off");
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  #int64(): bigint {
    if (this.#at + 8 > this.#end) throw new RecordError("a record is cut off");
    this.#at += 8;
    return this.#bytes.readBigInt64LE(this.#at - 8);
  }

  #key(): EventKey {
    return Uint32Array.from({ length: KEY_WORDS }, () => this.#word());
  }

  #person(): PersonId {
    return { low: this.#word(), high: this.#word() };
  }

  #text(): string {
    const length = this.#byte();
    const end = this.#at + length;
    if (end > this.#end) throw new RecordError("a record is cut off");
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end;
    return text;
  }
}
