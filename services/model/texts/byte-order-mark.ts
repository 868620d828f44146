/** What some editors and spreadsheets begin a file with. */
const MARK = /^\ufeff/;

/** A file's text, as it was meant. */
export function withoutMark(text: string): string {
  return text.replace(MARK, "");
}
