/** More digits at a time would be more places to write to than the address cache holds pages of. */
const MAX_DIGIT_BITS = 12;

/** Users with their revenues. */
export interface SortedUsers {
  readonly users: Uint32Array<ArrayBuffer>;
  readonly revenues: Float64Array<ArrayBuffer>;
}

/** Sorts users 1 to `count` by (revenue, user); may do so elsewhere, and then the column is no more. */
export type SortUsers = (
  revenueOf: Float64Array<ArrayBuffer>,
  count: number,
) => SortedUsers | Promise<SortedUsers>;

/**
 * Users 1 to `count` by (revenue, user): a radix sort from the lowest digit, which keeps the order of equals
 * and so needs no second key. A user's revenue goes along with it, so that all reads are one behind the
 * other. Digits are as wide as the highest revenue lets a few of them be.
 */
export function sortByRevenue(revenueOf: Float64Array<ArrayBuffer>, count: number): SortedUsers {
  const revenues = revenueOf.subarray(1, count + 1);
  const bits = bitsOf(highest(revenues));
  const digits = Math.max(1, Math.ceil(bits / MAX_DIGIT_BITS));
  const digitBits = Math.ceil(bits / digits);
  let from: Unsorted = { users: undefined, revenues };
  let to = emptyOf(count);
  sortByDigit(from, to, 0, digitBits);
  for (let digit = 1; digit < digits; digit++) {
    // The caller's column is read only.
    const spare: SortedUsers = from.users === undefined ? emptyOf(count) : from;
    from = to;
    to = spare;
    sortByDigit(from, to, digit * digitBits, digitBits);
  }
  return to;
}

/** Without users: they are 1, 2, 3 and so on. */
type Unsorted =
  | SortedUsers
  | { readonly users: undefined; readonly revenues: Float64Array<ArrayBuffer> };

function emptyOf(count: number): SortedUsers {
  return { users: new Uint32Array(count), revenues: new Float64Array(count) };
}

function sortByDigit(from: Unsorted, to: SortedUsers, shift: number, bits: number): void {
  const { users, revenues } = from;
  const count = revenues.length;
  const unit = 2 ** shift;
  const mask = 2 ** bits - 1;
  const starts = new Uint32Array(mask + 1);
  for (let i = 0; i < count; i++) starts[Math.floor(revenues[i] / unit) & mask]++;
  let sum = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const size = starts[digit];
    starts[digit] = sum;
    sum += size;
  }
  for (let i = 0; i < count; i++) {
    const revenue = revenues[i];
    const at = starts[Math.floor(revenue / unit) & mask]++;
    to.users[at] = users === undefined ? i + 1 : users[i];
    to.revenues[at] = revenue;
  }
}

function highest(revenues: Float64Array): number {
  let most = 0;
  for (let i = 0; i < revenues.length; i++) if (revenues[i] > most) most = revenues[i];
  return most;
}

function bitsOf(value: number): number {
  let bits = 0;
  for (let rest = value; rest >= 1; rest /= 2) bits++;
  return bits;
}
