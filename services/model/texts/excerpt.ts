const MAX_CHARACTERS = 60;

/** A text within a message, cut when it is long: whoever sent it knows the rest. */
export function excerpt(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
}
