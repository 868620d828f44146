import type { InsertResponse } from "#gen/growth/v1/growth.ts";
import { BYTES, tagOf, VARINT } from "../../../model/wire/fields.ts";
import type { UserFigures } from "../../domain/ledger/referral-ledger.ts";
import type { RevenueWindow } from "../../domain/ledger/revenue-order.ts";

/** Numbers of the fields of `OperationResult`. */
const INSERTED = 1;
const RANKED = 2;
const RANK = 3;
const COUNT = 4;
const REFERRALS = 5;
const ERROR = 6;
const RESULTS = tagOf(1, BYTES);
const FIRST_BYTES = 4 * 1_024;
/** The largest of one result: 100 users, or an error's text. */
const MAX_BODY_BYTES = 4 * 1_024;
const MAX_HEAD_BYTES = 16;

type Inserted = {
  readonly [K in keyof InsertResponse]: InsertResponse[K] extends bigint ? number : boolean;
};

/** Writes an OperateResponse, a result after the other. */
export class ResultWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  /** The body of the result that is being written: its length is needed before it. */
  readonly #body = Buffer.allocUnsafe(MAX_BODY_BYTES);
  #bodyLength = 0;

  inserted({ userId, duplicate }: Inserted): void {
    this.#int(1, userId);
    if (duplicate) this.#int(2, 1);
    this.#end(INSERTED);
  }

  ranked({ users, revenues, count }: RevenueWindow): void {
    for (let i = 0; i < count; i++) {
      // Two numbers of 64 bits with their tags are shorter than 128 bytes: so is their length.
      const start = this.#bodyLength;
      this.#bodyLength += 2;
      this.#int(1, users[i]);
      this.#int(2, revenues[i]);
      this.#body[start] = tagOf(1, BYTES);
      this.#body[start + 1] = this.#bodyLength - start - 2;
    }
    this.#end(RANKED);
  }

  rank(rank: number, userCount: number, revenue: number): void {
    this.#int(1, rank);
    this.#int(2, userCount);
    this.#int(3, revenue);
    this.#end(RANK);
  }

  count(userCount: number): void {
    this.#int(1, userCount);
    this.#end(COUNT);
  }

  referrals(figures: UserFigures): void {
    this.#int(1, figures.revenue);
    this.#int(2, figures.ownRevenue);
    this.#int(3, figures.referrer);
    this.#int(4, figures.depth);
    this.#int(5, figures.broughtUsers);
    this.#int(6, figures.broughtRevenue);
    this.#end(REFERRALS);
  }

  error(code: number, message: string): void {
    this.#int(1, code);
    const text = Buffer.from(message).subarray(0, MAX_BODY_BYTES / 2);
    this.#body[this.#bodyLength++] = tagOf(2, BYTES);
    this.#varint(text.length);
    this.#bodyLength += text.copy(this.#body, this.#bodyLength);
    this.#end(ERROR);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Puts the body behind its tags and lengths. */
  #end(field: number): void {
    const body = this.#bodyLength;
    if (this.#length + MAX_HEAD_BYTES + body > this.#bytes.length) this.#grow(body);
    const bytes = this.#bytes;
    bytes[this.#length++] = RESULTS;
    this.#length = putVarint(bytes, this.#length, 1 + varintBytes(body) + body);
    bytes[this.#length++] = tagOf(field, BYTES);
    this.#length = putVarint(bytes, this.#length, body);
    if (body < 64) for (let i = 0; i < body; i++) bytes[this.#length + i] = this.#body[i];
    else this.#body.copy(bytes, this.#length, 0, body);
    this.#length += body;
    this.#bodyLength = 0;
  }

  /** Zero is not sent. */
  #int(field: number, value: number): void {
    if (value === 0) return;
    this.#body[this.#bodyLength++] = tagOf(field, VARINT);
    this.#varint(value);
  }

  #varint(value: number): void {
    this.#bodyLength = putVarint(this.#body, this.#bodyLength, value);
  }

  #grow(body: number): void {
    const grown = Buffer.allocUnsafe(2 * (this.#bytes.length + body + MAX_HEAD_BYTES));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}

/** Of 0 to 2^53-1; returns the position behind it. */
function putVarint(bytes: Buffer, position: number, value: number): number {
  let at = position;
  let rest = value;
  for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
