import {
  type DescMessage,
  type FileRegistry,
  fromJson,
  type JsonValue,
  type Message,
  toJsonString,
} from "@bufbuild/protobuf";
import { UsageError } from "./api.ts";

/** Reviver arguments of a JavaScript that gives the source text of numbers. */
type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context: { source?: string },
) => unknown;

/** Ids may be typed without quotes: JavaScript would round them. */
const keepLongNumbers: Reviver = (_key, value, { source }) =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? source
    : value;

/**
 * A request from its JSON: names as in the proto or in camelCase, 64-bit numbers as strings or plain.
 * Throws UsageError that says what is wrong.
 */
export function parseMessage(api: FileRegistry, type: DescMessage, text: string): Message {
  const json = parseJson(text);
  try {
    return fromJson(type, json, { registry: api });
  } catch (error) {
    throw new UsageError(`this is no ${type.typeName}: ${(error as Error).message}`);
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text, keepLongNumbers as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new UsageError(`the request is not JSON: ${(error as Error).message}`);
  }
}

/** Proto names, defaults included, 64-bit numbers as strings: one line a message. */
export function printMessage(api: FileRegistry, type: DescMessage, message: Message): string {
  return toJsonString(type, message, {
    registry: api,
    useProtoFieldName: true,
    alwaysEmitImplicit: true,
  });
}
