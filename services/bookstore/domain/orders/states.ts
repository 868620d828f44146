/** Where an order stands. Numbers, since they lie in bytes of the order table and of the journal. */
export const RESERVED = 1;
export const PLACED = 2;
export const CANCELLED = 3;
export const RELEASED = 4;
export const EXPIRED = 5;
/** Of several shards: copies are being set aside, to be placed, or reserved, when all are held. */
export const OPENING_PLACED = 6;
export const OPENING_RESERVED = 7;
/** Of several shards: one of them refused, so there is no order. */
export const REFUSED = 8;

export type OrderState = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Where the copies of an order are. */
export const HELD = "held";
export const SOLD = "sold";
export const RETURNED = "returned";
export type Position = typeof HELD | typeof SOLD | typeof RETURNED;

const POSITIONS: Readonly<Record<OrderState, Position>> = {
  [RESERVED]: HELD,
  [PLACED]: SOLD,
  [CANCELLED]: RETURNED,
  [RELEASED]: RETURNED,
  [EXPIRED]: RETURNED,
  [OPENING_PLACED]: HELD,
  [OPENING_RESERVED]: HELD,
  [REFUSED]: RETURNED,
};

/** Where the copies of an order in this state are: the one rule that moves stock. */
export function positionOf(state: OrderState): Position {
  return POSITIONS[state];
}

export function isOpening(state: OrderState): boolean {
  return state === OPENING_PLACED || state === OPENING_RESERVED;
}

const NAMES: Readonly<Record<OrderState, string>> = {
  [RESERVED]: "RESERVED",
  [PLACED]: "PLACED",
  [CANCELLED]: "CANCELLED",
  [RELEASED]: "RELEASED",
  [EXPIRED]: "EXPIRED",
  [OPENING_PLACED]: "OPENING",
  [OPENING_RESERVED]: "OPENING",
  [REFUSED]: "REFUSED",
};

/** The name that errors give as their reason. */
export function nameOf(state: OrderState): string {
  return NAMES[state];
}
