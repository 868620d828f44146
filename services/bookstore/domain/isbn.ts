const ISBN_13 = /^97[89]\d{10}$/;
const ISBN_10 = /^\d{9}[\dX]$/;
const BOOKLAND = "978";

/**
 * A book's id: its ISBN-13 as a number, so below 2^53. An ISBN-10 is the ISBN-13 that begins with 978.
 * Undefined: the text is neither, or its check digit is wrong. (ISO 2108:2017, annex on check digits.)
 */
export function bookIdOf(isbn: string): number | undefined {
  const digits = isbn.trim().replaceAll(/[- ]/g, "").toUpperCase();
  if (ISBN_13.test(digits)) {
    return checkDigit13(digits) === Number(digits[12]) ? Number(digits) : undefined;
  }
  if (!ISBN_10.test(digits) || checkDigit10(digits) !== digits[9]) return undefined;
  const body = BOOKLAND + digits.slice(0, 9);
  return Number(body) * 10 + checkDigit13(body);
}

/** Of the first twelve digits: weights 1 and 3 by turns, to a multiple of 10. */
function checkDigit13(digits: string): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += Number(digits[i]) * (i % 2 === 0 ? 1 : 3);
  return (10 - (sum % 10)) % 10;
}

/** Of the first nine digits: weights 10 down to 2, to a multiple of 11; X is ten. */
function checkDigit10(digits: string): string {
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(digits[i]) * (10 - i);
  const rest = (11 - (sum % 11)) % 11;
  return rest === 10 ? "X" : String(rest);
}
