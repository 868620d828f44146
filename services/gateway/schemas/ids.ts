import { type TString, type TUnsafe, Type } from "@sinclair/typebox";

const ID = "a decimal string from 1 to 9223372036854775807";

/** What is allowed, in words: completes "must be" when input breaks the schema. */
export const ALLOWED = "x-allowed";

/** An id in JSON: a string, since a JavaScript number rounds what is above 2^53. */
export function id(description: string, example = "7523094288207871"): TString {
  return Type.String({
    description: `${description}: ${ID}.`,
    [ALLOWED]: ID,
    pattern: "^[1-9][0-9]{0,18}$",
    examples: [example],
  });
}

const MAX_TOKEN_CHARACTERS = 96;

/** Where a list goes on. */
export const pageToken = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: MAX_TOKEN_CHARACTERS,
    [ALLOWED]: "a token from an earlier answer",
    description: "next_page_token of an earlier answer.",
  }),
);

/** Of an answer that is a page. */
export const nextPageToken = Type.Optional(Type.String({ description: "Absent at the end." }));

/** A time as RFC 3339, UTC, with milliseconds. */
export function time(description: string): TString {
  return Type.String({
    description: `${description}, RFC 3339.`,
    format: "date-time",
    examples: ["2026-11-21T09:30:00.000Z"],
  });
}

/** RFC 3339 with a zone: without one, the time would depend on where the gateway runs. */
const RFC_3339 =
  "^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$";

const TIME = "RFC 3339 with a zone, as in 2026-11-21T09:30:00Z (in a URL, + is %2B)";

/** A time that callers send. */
export function timeInput(description: string): TString {
  return Type.String({
    description: `${description}: ${TIME}.`,
    [ALLOWED]: TIME,
    pattern: RFC_3339,
  });
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  description: string,
): TUnsafe<Words[number]> {
  const pattern = `^(${words.join("|")})$`;
  return Type.Unsafe<Words[number]>(
    Type.String({ pattern, enum: [...words], [ALLOWED]: words.join(" or "), description }),
  );
}
