const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const TWO_33 = 2 ** 33;

/**
 * Users 1 to `count` by (revenue, user): a radix sort from the lowest digit, which keeps the order of
 * equals and so needs no second key. Digits that are the same in all revenues are left out.
 */
export function sortByRevenue(revenues: Float64Array, count: number): Uint32Array {
  let from = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i + 1;
  let to = new Uint32Array(count);
  const digits = new Uint16Array(count + 1);
  for (let shift = 0; shift < 53; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS);
    const first = fillDigits(revenues, count, shift, digits);
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

/** By user: the digit at this bit of its revenue; returns that of the first user. */
function fillDigits(
  revenues: Float64Array,
  count: number,
  shift: number,
  digits: Uint16Array,
): number {
  if (shift < 33) {
    for (let user = 1; user <= count; user++) {
      digits[user] = Math.floor((revenues[user] % TWO_33) / 2 ** shift) & DIGIT_MASK;
    }
  } else {
    for (let user = 1; user <= count; user++) {
      digits[user] = Math.floor(revenues[user] / 2 ** shift) & DIGIT_MASK;
    }
  }
  return count === 0 ? 0 : digits[1];
}
