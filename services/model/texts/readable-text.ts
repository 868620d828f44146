/**
 * White space, and characters that are drawn as nothing: U+200B, U+2060, variation selectors; and two of visible
 * scripts, the Braille cell without a dot and the note without a head.
 */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]*$/u;
/** U+0000 to U+001F and U+007F to U+009F. Programs end a text at some of them, terminals obey others. */
const CONTROL = /\p{Cc}/u;
const CONTROL_IN_LINES = /[^\P{Cc}\t\n\r]/u;

const SPACE = 0x20;
const DELETE = 0x7f;
/** Of U+0080 to U+00BF in UTF-8. */
const LEADS_C1 = 0xc2;

/** What is wrong with a text. */
export interface Unreadable {
  readonly problem: string;
  readonly remedy: string;
}

/** Why nobody could read what somebody says to others; undefined: there is something to read. */
export function unreadableText(text: string): Unreadable | undefined {
  return controlIn(text, CONTROL_IN_LINES) ?? blank(text);
}

/** Of a name or a title: one line, in which there is something to read. */
export function unreadableName(name: string): Unreadable | undefined {
  return controlIn(name, CONTROL) ?? blank(name);
}

/** Of what may also be empty, and of an id that its caller chooses: one line. */
export function unreadableLabel(label: string): Unreadable | undefined {
  return controlIn(label, CONTROL);
}

/** The same of UTF-8, which is decoded only where there may be something to find. */
export function unreadableLabelBytes(utf8: Uint8Array): Unreadable | undefined {
  return mayHoldControls(utf8) ? unreadableLabel(textOf(utf8)) : undefined;
}

export function textOf(utf8: Uint8Array): string {
  return utf8.length === 0 ? "" : Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString();
}

/** Of UTF-8, without decoding it: false when it holds no control character for certain. */
export function mayHoldControls(utf8: Uint8Array): boolean {
  for (let i = 0; i < utf8.length; i++) {
    const byte = utf8[i];
    if (byte < SPACE || byte === DELETE || byte === LEADS_C1) return true;
  }
  return false;
}

function controlIn(text: string, control: RegExp): Unreadable | undefined {
  const [found] = control.exec(text) ?? [];
  if (found === undefined) return undefined;
  const name = `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return { problem: `holds the control character ${name}`, remedy: "leave it out" };
}

function blank(text: string): Unreadable | undefined {
  if (!BLANK.test(text)) return undefined;
  return { problem: "is blank", remedy: "send something to read, not only white space" };
}
