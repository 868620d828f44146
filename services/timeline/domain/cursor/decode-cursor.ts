import { POST_EPOCH_MS, type UserId } from "../../../model/ids.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { joinHalves } from "../halves.ts";
import {
  CHECKSUM_BYTES,
  CHRONOLOGICAL,
  CURSOR_VERSION,
  checksumOf,
  ID_BYTES,
  MIN_BYTES,
  PREFIX_BYTES,
  prefixBytesOf,
  RANKED,
  type Scroll,
} from "./format.ts";
import { decodeFrozenOrder, type FrozenOrder, MAX_RANKED_LETTERS } from "./ranked-cursor.ts";

/** Where a scroll stands. */
export type Position = Scroll &
  (
    | { readonly kind: "chronological"; readonly before: bigint }
    | { readonly kind: "ranked"; readonly order: FrozenOrder }
  );

const RESTART = "ask for the first page again, without a token";
const ALPHABET = /^[A-Za-z0-9_-]*$/;

/**
 * Reads a page token or cursor of this viewer. `field` names it in errors. Throws INVALID_ARGUMENT:
 * malformed or damaged, of another version, or another viewer's.
 */
export function decodeCursor(text: string, viewer: UserId, field: string): Position {
  const bytes = bytesOf(text, field);
  const prefixBytes = prefixBytesOf(bytes[0] >>> 4);
  if (prefixBytes === undefined) {
    const problem = `is of version ${bytes[0] >>> 4}, this is version ${CURSOR_VERSION}`;
    throw invalidArgument(field, problem, RESTART);
  }
  const kind = bytes[0] & 15;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - CHECKSUM_BYTES;
  const isWhole = kind === RANKED || (kind === CHRONOLOGICAL && end === prefixBytes + ID_BYTES);
  if (!isWhole || view.getUint32(end) !== checksum(bytes, prefixBytes, end)) throw malformed(field);
  const owner = joinHalves(view.getUint32(1), view.getUint32(5));
  if (owner !== viewer) {
    throw invalidArgument(field, `belongs to viewer ${owner}`, "use only tokens of this viewer");
  }
  const boundMs = view.getInt16(9) * 2 ** 32 + view.getUint32(11) + POST_EPOCH_MS;
  const hasIndex = prefixBytes === PREFIX_BYTES;
  const incarnation = hasIndex ? (view.getUint8(15) << 16) | view.getUint16(16) : 0;
  const scroll = { viewer, boundMs, incarnation };
  if (kind === CHRONOLOGICAL) {
    const before = joinHalves(view.getUint32(prefixBytes), view.getUint32(prefixBytes + 4));
    return { kind: "chronological", ...scroll, before };
  }
  const order = decodeFrozenOrder(bytes.subarray(prefixBytes, end));
  if (!order) throw malformed(field);
  return { kind: "ranked", ...scroll, order };
}

function bytesOf(text: string, field: string): Buffer {
  if (text.length > MAX_RANKED_LETTERS) {
    throw invalidArgument(
      field,
      `has ${text.length} letters, at most ${MAX_RANKED_LETTERS}`,
      RESTART,
    );
  }
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < MIN_BYTES || !ALPHABET.test(text)) throw malformed(field);
  return bytes;
}

/** The order of mixing is the writer's: the prefix as one run, then the position's words. */
function checksum(bytes: Uint8Array, prefixBytes: number, end: number): number {
  return checksumOf(bytes, prefixBytes, end, checksumOf(bytes, 0, prefixBytes, 0));
}

function malformed(field: string): Error {
  return invalidArgument(field, "is malformed or damaged", RESTART);
}

/** The scroll's position for an order that must be chronological (a token of a ranked page is refused). */
export function requireChronological(
  position: Position,
  field: string,
): Position & { readonly kind: "chronological" } {
  if (position.kind === "chronological") return position;
  throw invalidArgument(field, "comes from a ranked page", "send it with the order RANKED");
}
