import type { Operation } from "#gen/growth/v1/growth.ts";
import { excerpt } from "../../services/model/texts/excerpt.ts";

/** A line is no operation; the message says what one looks like. */
export class LineError extends Error {}

type Named = NonNullable<Operation["operation"]>;
type Build = (numbers: readonly (bigint | undefined)[], eventId: string) => Named;

interface Notation {
  readonly form: string;
  /** What the arguments are: amounts and counts, or users (user_1). A ? may be left out. */
  readonly takes: readonly ("amount" | "amount?" | "user")[];
  /** Behind them the insert may have a name: then it counts once, however often it is sent. */
  readonly takesEventId?: boolean;
  readonly build: Build;
}

const zero = (value: bigint | undefined) => value ?? 0n;

const NOTATIONS: Readonly<Record<string, Notation>> = {
  Insert: {
    form: "Insert(revenue[, event_id])",
    takes: ["amount"],
    takesEventId: true,
    build: ([revenue], eventId) => ({
      $case: "insert",
      value: { revenue: zero(revenue), eventId },
    }),
  },
  InsertWithReferrer: {
    form: "InsertWithReferrer(revenue, user_N[, event_id])",
    takes: ["amount", "user"],
    takesEventId: true,
    build: ([revenue, referrer], eventId) => ({
      $case: "insertWithReferrer",
      value: { revenue: zero(revenue), referrerUserId: zero(referrer), eventId },
    }),
  },
  GetKLowestRevenues: {
    form: "GetKLowestRevenues(k, min_revenue)",
    takes: ["amount", "amount?"],
    build: ([k, minRevenue]) => ({
      $case: "getKLowestRevenues",
      value: {
        k: int32(zero(k)),
        inclusive: false,
        ...(minRevenue !== undefined && { minRevenue }),
      },
    }),
  },
  GetKHighestRevenues: {
    form: "GetKHighestRevenues(k, max_revenue)",
    takes: ["amount", "amount?"],
    build: ([k, maxRevenue]) => ({
      $case: "getKHighestRevenues",
      value: {
        k: int32(zero(k)),
        inclusive: false,
        ...(maxRevenue !== undefined && { maxRevenue }),
      },
    }),
  },
  GetRank: {
    form: "GetRank(user_N)",
    takes: ["user"],
    build: ([userId]) => ({ $case: "getRank", value: { userId: zero(userId) } }),
  },
  CountRevenues: {
    form: "CountRevenues(min_revenue, max_revenue)",
    takes: ["amount?", "amount?"],
    build: ([minRevenue, maxRevenue]) => ({
      $case: "countRevenues",
      value: {
        ...(minRevenue !== undefined && { minRevenue }),
        ...(maxRevenue !== undefined && { maxRevenue }),
      },
    }),
  },
  GetReferrals: {
    form: "GetReferrals(user_N)",
    takes: ["user"],
    build: ([userId]) => ({ $case: "getReferrals", value: { userId: zero(userId) } }),
  },
};

const LINE = /^\s*(\w+)\s*\(([^()]*)\)\s*$/;
const INTEGER = /^[+-]?\d+$/;
const USER = /^user_(\d+)$/;
const MAX_DIGITS = 64;
const MAX_INT64 = (1n << 63n) - 1n;
const MAX_INT32 = 2n ** 31n - 1n;

/** The operation that a line such as `InsertWithReferrer(15, user_1)` asks for. @throws LineError */
export function parseLine(line: string): Operation {
  const [, name = "", inner = ""] = LINE.exec(line) ?? [];
  const notation = Object.hasOwn(NOTATIONS, name) ? NOTATIONS[name] : undefined;
  if (notation === undefined) {
    const forms = Object.values(NOTATIONS).map(({ form }) => form);
    throw new LineError(`"${excerpt(line)}" is no operation: write ${forms.join(", ")}`);
  }
  const { form, takes, takesEventId = false, build } = notation;
  const words = inner.trim() === "" ? [] : inner.split(",").map((word) => word.trim());
  const isShort = takes.some((kind, i) => !kind.endsWith("?") && words[i] === undefined);
  const eventId = takesEventId ? words[takes.length] : undefined;
  const most = eventId === undefined ? takes.length : takes.length + 1;
  if (isShort || eventId === "" || words.length > most) {
    throw new LineError(`"${excerpt(line)}": write ${form}`);
  }
  const values = takes.map((kind, i) => {
    const word = words[i];
    return word === undefined ? undefined : argument(word, kind === "user", form);
  });
  return { operation: build(values, eventId ?? "") };
}

function argument(word: string, isUser: boolean, form: string): bigint {
  const digits = isUser ? USER.exec(word)?.[1] : INTEGER.exec(word)?.[0];
  if (digits === undefined) {
    const wanted = isUser ? "user_ and a number" : "a whole number of the smallest unit";
    throw new LineError(`"${excerpt(word)}" is not ${wanted}: write ${form}`);
  }
  // Making a number of a million digits takes seconds.
  const value = digits.length > MAX_DIGITS ? undefined : BigInt(digits);
  if (value === undefined || value > MAX_INT64 || value < -MAX_INT64) {
    throw new LineError(`${excerpt(word)} is too large`);
  }
  return value;
}

/** What is larger than any k is refused where all limits are. */
function int32(value: bigint): number {
  return Number(value > MAX_INT32 ? MAX_INT32 : value < -MAX_INT32 ? -MAX_INT32 : value);
}
