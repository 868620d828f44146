import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";

/** 0 to 1. */
type Random = () => number;

const MAX_DEPTH = 4;
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  200n,
  201n,
  4_096n,
  2n ** 31n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
];
const LEAST = -(2n ** 63n);
const TEXTS = [
  "",
  "a",
  "ü",
  "\u0000",
  "👩‍👩‍👧",
  "../../etc",
  "' OR 1=1 --",
  "{}",
  "x".repeat(1_025),
  "ß".repeat(600),
];
const LENGTHS = [0, 0, 1, 1, 2, 3, 201];

/** Bytes for a request: mostly of the message's form with the values that break things, at times broken. */
export function fuzzedBytes(desc: DescMessage, random: Random): Uint8Array {
  const bytes = toBinary(desc, fuzzedMessage(desc, random, 0));
  if (random() >= 0.15 || bytes.length === 0) return bytes;
  const broken = Uint8Array.from(bytes.subarray(0, 1 + Math.floor(random() * bytes.length)));
  broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
  return broken;
}

function fuzzedMessage(desc: DescMessage, random: Random, depth: number): Message {
  const values: Record<string, unknown> = {};
  for (const member of desc.members) {
    if (random() < 0.2) continue;
    if (member.kind === "oneof") {
      const field = pick(member.fields, random);
      const value = fieldValue(field, random, depth);
      if (value !== undefined) values[member.localName] = { case: field.localName, value };
    } else values[member.localName] = fieldValue(member, random, depth);
  }
  return create(desc, values);
}

function fieldValue(field: DescField, random: Random, depth: number): unknown {
  if (field.fieldKind === "list") {
    const length = depth > 1 ? 1 : pick(LENGTHS, random);
    return Array.from({ length }, () => elementOf(field, random, depth)).filter(
      (one) => one !== undefined,
    );
  }
  if (field.fieldKind === "map") return {};
  return elementOf(field, random, depth);
}

function elementOf(field: DescField, random: Random, depth: number): unknown {
  if (field.message) {
    return depth < MAX_DEPTH ? fuzzedMessage(field.message, random, depth + 1) : undefined;
  }
  if (field.enum) return pick([...field.enum.values.map((one) => one.number), 99], random);
  return scalarOf(field.scalar ?? ScalarType.STRING, random);
}

function scalarOf(type: ScalarType, random: Random): unknown {
  const integer = pick(INTEGERS, random);
  switch (type) {
    case ScalarType.STRING:
      return pick(TEXTS, random);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: pick(LENGTHS, random) }, () => Math.floor(random() * 256));
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return pick([0, -1, 0.5, 1e30, Number.NaN, Number.POSITIVE_INFINITY], random);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return random() < 0.05 ? LEAST : integer;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt.asUintN(64, integer);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Number(BigInt.asUintN(32, integer));
    default:
      return Number(BigInt.asIntN(32, integer));
  }
}

function pick<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)];
}
