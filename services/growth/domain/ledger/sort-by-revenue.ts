const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const WORD = 2 ** 32;
/** Where the digits of a revenue's low word begin, and those of the 21 bits above it. */
const LOW_SHIFTS = [0, 11, 22];
const HIGH_SHIFTS = [0, 11];

/**
 * Users 1 to `count` by (revenue, user): a radix sort from the lowest digit, which keeps the order of
 * equals and so needs no second key. Digits that are the same in all revenues are left out.
 */
export function sortByRevenue(revenues: Float64Array, count: number): Uint32Array {
  let from = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i + 1;
  let to = new Uint32Array(count);
  const digits = new Uint16Array(count + 1);
  const shifts = [
    ...LOW_SHIFTS.map((shift) => ({ isHigh: false, shift })),
    ...HIGH_SHIFTS.map((shift) => ({ isHigh: true, shift })),
  ];
  for (const { isHigh, shift } of shifts) {
    const starts = new Uint32Array(DIGITS);
    const fill = isHigh ? fillHighDigits : fillLowDigits;
    const first = fill(revenues, count, shift, digits);
    for (let user = 1; user <= count; user++) starts[digits[user]]++;
    if (starts[first] === count) continue;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = starts[digit];
      starts[digit] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) to[starts[digits[from[i]]]++] = from[i];
    [from, to] = [to, from];
  }
  return from;
}

/** By user: the digit at this bit of its revenue's low word; returns that of the first user. */
function fillLowDigits(
  revenues: Float64Array,
  count: number,
  shift: number,
  digits: Uint16Array,
): number {
  // ">>> 0" is modulo 2^32, in one instruction.
  for (let user = 1; user <= count; user++) {
    digits[user] = ((revenues[user] >>> 0) >>> shift) & DIGIT_MASK;
  }
  return count === 0 ? 0 : digits[1];
}

/** The same of what is above the low word. */
function fillHighDigits(
  revenues: Float64Array,
  count: number,
  shift: number,
  digits: Uint16Array,
): number {
  for (let user = 1; user <= count; user++) {
    digits[user] = (Math.floor(revenues[user] / WORD) >>> shift) & DIGIT_MASK;
  }
  return count === 0 ? 0 : digits[1];
}
