import { isUtf8 } from "node:buffer";
import { MAX_REQUEST_ID_BYTES } from "../../model/limits.ts";
import {
  mayHoldControls,
  textOf,
  unreadableLabel,
  unreadableLabelBytes,
} from "../../model/texts/readable-text.ts";
import { invalidArgument } from "./errors/errors.ts";

/** What an id may be that its caller chooses, so that what is sent again counts once. */
export interface CallerIdRule {
  readonly maxBytes: number;
  /** Empty is no id, and wrong. */
  readonly isRequired?: boolean;
  /** Else one line of UTF-8. */
  readonly isAscii?: boolean;
}

/** Of a request, wherever one is named. */
export const REQUEST_ID: CallerIdRule = { maxBytes: MAX_REQUEST_ID_BYTES };

const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

/** Of a request, an event, an order: the id as a text. INVALID_ARGUMENT names field, limit and remedy. */
export function callerId(field: string, id: string | Uint8Array, rule: CallerIdRule): string {
  checkCallerId(field, id, rule);
  return typeof id === "string" ? id : textOf(id);
}

/** The same for who goes on with its bytes. */
export function checkCallerId(
  field: string,
  id: string | Uint8Array,
  { maxBytes, isRequired = false, isAscii = false }: CallerIdRule,
): void {
  const problem = lengthProblem(id, maxBytes, isRequired) ?? textProblem(id, isAscii);
  if (problem === undefined) return;
  const size = `${isRequired ? "1 to" : "at most"} ${maxBytes}`;
  const what = isAscii
    ? `${size} visible ASCII characters`
    : `one line of ${size} bytes of UTF-8 without control characters`;
  throw invalidArgument(field, problem, `send ${what}, the same in each retry`);
}

function lengthProblem(
  id: string | Uint8Array,
  maxBytes: number,
  isRequired: boolean,
): string | undefined {
  const bytes = typeof id === "string" ? Buffer.byteLength(id) : id.length;
  if (bytes > maxBytes) return `is ${bytes} bytes, at most ${maxBytes}`;
  return isRequired && bytes === 0 ? "is empty" : undefined;
}

function textProblem(id: string | Uint8Array, isAscii: boolean): string | undefined {
  if (isAscii) {
    const text = typeof id === "string" ? id : textOf(id);
    return VISIBLE_ASCII.test(text) ? undefined : `is ${JSON.stringify(text)}`;
  }
  if (typeof id !== "string") {
    if (!isUtf8(id)) return "is not well-formed UTF-8";
    return mayHoldControls(id) ? unreadableLabelBytes(id)?.problem : undefined;
  }
  // Else two ids that differ there are stored as one.
  if (!id.isWellFormed()) return "is not well-formed";
  return unreadableLabel(id)?.problem;
}
