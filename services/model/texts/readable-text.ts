/** White space, and characters that are drawn as nothing: U+200B, U+2060, variation selectors. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Why nobody could read a text that somebody says to others; undefined: there is something to read. */
export function unreadableText(
  text: string,
): { readonly problem: string; readonly remedy: string } | undefined {
  // Many programs take it for the end of a text.
  if (text.includes("\u0000")) {
    return { problem: "holds a NUL character", remedy: "leave U+0000 out" };
  }
  if (!BLANK.test(text)) return undefined;
  return { problem: "is blank", remedy: "send something to read, not only white space" };
}
