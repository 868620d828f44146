import { BYTES, VARINT } from "../../../model/wire/fields.ts";
import { BrokenBytes, Fields } from "./fields.ts";

/** Numbers of the fields of `Operation`. */
export const INSERT = 1;
export const INSERT_WITH_REFERRER = 2;
export const LOWEST = 3;
export const HIGHEST = 4;
export const RANK = 5;
export const COUNT = 6;
export const REFERRALS = 7;

/** The number of the field that holds an event's id, by the operation. */
const EVENT_ID: Readonly<Record<number, number>> = { [INSERT]: 2, [INSERT_WITH_REFERRER]: 3 };

/**
 * One operation as it was read. All requests of the operations have at most three numbers, in fields 1
 * to 3; which is which says the proto. Used again for the next one.
 */
export interface Operation {
  /** Which; 0: none. */
  kind: number;
  /** By the number of the field. */
  readonly numbers: Float64Array;
  /** Whether the field was there, as bits. */
  present: number;
  eventId: Uint8Array;
}

const NO_BYTES = new Uint8Array();

export function createOperation(): Operation {
  return { kind: 0, numbers: new Float64Array(4), present: 0, eventId: NO_BYTES };
}

/** Reads the operation in bytes[from..to). @throws BrokenBytes */
export function readOperation(bytes: Buffer, from: number, to: number, into: Operation): void {
  into.kind = 0;
  const outer = new Fields(bytes, from, to);
  while (outer.next()) {
    if (outer.number > REFERRALS || outer.type !== BYTES) continue;
    // Of a oneof the last one counts; parts of one message in several pieces are not put together.
    into.kind = outer.number;
    readRequest(new Fields(bytes, outer.from, outer.to), into);
  }
  if (into.kind === 0) throw new BrokenBytes("no operation is set");
}

function readRequest(fields: Fields, into: Operation): void {
  into.numbers.fill(0);
  into.present = 0;
  into.eventId = NO_BYTES;
  while (fields.next()) {
    const { number } = fields;
    if (number > 3) continue;
    if (number === EVENT_ID[into.kind] && fields.type === BYTES) {
      into.eventId = fields.bytes.subarray(fields.from, fields.to);
    } else if (fields.type === VARINT) {
      into.numbers[number] = fields.value;
      into.present |= 1 << number;
    } else throw new BrokenBytes(`field ${number} is of another type`);
  }
}
