import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { TextsIn } from "../data/template.ts";

const STRING_VALUE = "google.protobuf.StringValue";

/** The string fields of a message, by their names in the proto file or in JSON. */
export function textsOf(message: DescMessage): TextsIn {
  const fields = new Map(
    message.fields.flatMap((field) => [
      [field.name, field],
      [field.jsonName, field],
    ]),
  );
  return (name) => {
    const field = fields.get(name);
    return field && textsOfField(field);
  };
}

function textsOfField(field: DescField): TextsIn | undefined {
  const { scalar, message, fieldKind } = field;
  const isText = scalar === ScalarType.STRING || message?.typeName === STRING_VALUE;
  const texts = isText ? "text" : message && textsOf(message);
  return fieldKind === "map" ? () => texts : texts;
}
