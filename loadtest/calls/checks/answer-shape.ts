import type { DescField, DescMessage, DescMethod } from "@bufbuild/protobuf";
import parsePath, { type JsonPathQuery } from "jsonpath-rfc9535/parser";

/** As the parser gives it, in the root and within filters. */
interface Segment {
  readonly type: string;
  readonly node: Node;
}
type Node = JsonPathQuery["segments"][number]["node"] | Selector;
type Selector =
  | Extract<JsonPathQuery["segments"][number]["node"], { selectors: unknown }>["selectors"][number]
  | { readonly type: "MemberNameShorthand"; readonly value: string };

/** What the JSON of an answer may hold, as far as its type says. */
export type Shape =
  | { readonly kind: "anything" }
  | { readonly kind: "value" }
  | { readonly kind: "list" | "map"; readonly of: Shape }
  | { readonly kind: "message"; readonly type: DescMessage };

const ANYTHING: Shape = { kind: "anything" };
const VALUE: Shape = { kind: "value" };
/** Messages whose JSON is not their fields (protobuf.dev/programming-guides/json). */
const OWN_JSON = /^google\.protobuf\.(Any|Struct|Value|ListValue)$/;
const VALUE_JSON =
  /^google\.protobuf\.(Timestamp|Duration|FieldMask|(Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value)$/;

/** The answer of a stream of the server's is the list of its messages. */
export function answerShapeOf({ output, methodKind }: DescMethod): Shape {
  const isList = methodKind === "server_streaming" || methodKind === "bidi_streaming";
  return isList ? { kind: "list", of: messageShape(output) } : messageShape(output);
}

function messageShape(type: DescMessage): Shape {
  if (OWN_JSON.test(type.typeName)) return ANYTHING;
  return VALUE_JSON.test(type.typeName) ? VALUE : { kind: "message", type };
}

function fieldShape({ fieldKind, message }: DescField): Shape {
  const one = message ? messageShape(message) : VALUE;
  return fieldKind === "list" || fieldKind === "map" ? { kind: fieldKind, of: one } : one;
}

/** Throws an Error that names what a JSONPath asks for and is in no such answer, and what is. */
export function checkPath(path: string, shape: Shape): void {
  walk(parsePath(path).segments, shape);
}

function walk(segments: readonly Segment[], from: Shape): void {
  let shapes: readonly Shape[] = [from];
  for (const { type, node } of segments) {
    if (type === "DescendantSegment") return; // it may be anywhere below
    const selectors = node.type === "BracketedSelection" ? node.selectors : [node];
    const before = shapes;
    shapes = selectors.flatMap((selector) => selectedOfSome(before, selector));
  }
}

/** Of several alternatives, as of a wildcard, one is enough. */
function selectedOfSome(shapes: readonly Shape[], selector: Selector): readonly Shape[] {
  const problems: unknown[] = [];
  const found = shapes.map((shape) => {
    try {
      return selected(shape, selector);
    } catch (error) {
      problems.push(error);
      return [];
    }
  });
  if (problems.length > 0 && problems.length === shapes.length) throw problems[0];
  return found.flat();
}

function selected(shape: Shape, selector: Selector): readonly Shape[] {
  if (shape.kind === "anything") return [shape];
  if (selector.type === "FilterSelector") {
    const below = all(shape);
    for (const one of below) walkFilter(selector.value, one);
    return below;
  }
  if (selector.type === "WildcardSelector") return all(shape);
  if (selector.type === "NameSelector" || selector.type === "MemberNameShorthand") {
    return [named(shape, selector.value)];
  }
  if (shape.kind === "list") return [shape.of];
  const asked = selector.type === "IndexSelector" ? selector.value : ":";
  throw new Error(`[${asked}] is asked of ${described(shape)}, which is no list`);
}

function all(shape: Shape): readonly Shape[] {
  if (shape.kind === "message") return shape.type.fields.map(fieldShape);
  return "of" in shape ? [shape.of] : [];
}

function named(shape: Shape, name: string): Shape {
  if (shape.kind === "map") return shape.of;
  if (shape.kind !== "message") {
    const remedy = shape.kind === "list" ? `: [0] is its first, [*] are all` : "";
    throw new Error(`"${name}" is asked of ${described(shape)}${remedy}`);
  }
  const { fields, typeName } = shape.type;
  const found = fields.find((field) => field.name === name);
  if (found) return fieldShape(found);
  const other = fields.find(({ jsonName }) => jsonName === name);
  throw new Error(
    other
      ? `"${name}" is called as in the proto file here: "${other.name}"`
      : `${typeName} has no field "${name}"; there are ${fields.map((one) => one.name).join(", ")}`,
  );
}

function described(shape: Shape): string {
  if (shape.kind === "message") return shape.type.typeName;
  if (shape.kind === "list") {
    return shape.of.kind === "message" ? `a list of ${shape.of.type.typeName}` : "a list";
  }
  return shape.kind === "map" ? "a map" : "a single value";
}

/** Queries within a filter that begin with @ are of the element that it looks at. */
function walkFilter(part: unknown, element: Shape): void {
  if (typeof part !== "object" || part === null) return;
  const { type, segments = [] } = part as { type?: string; segments?: readonly Segment[] };
  if (type === "RelQuery" || type === "RelSingularQuery") walk(segments, element);
  else for (const one of Object.values(part)) walkFilter(one, element);
}
