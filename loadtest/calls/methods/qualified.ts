import { clone } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/** The full name of a type that is called so within a scope, as ".shop.v1" or ".shop.v1.Item". */
type FullName = (name: string, scope: string) => string;

/**
 * The same files, in which each type is called by its full name, as ".shop.v1.Item", each import is named,
 * and each field has its JSON name, as protoc gives it. descriptor.proto allows a relative name, "Item", to be found from the innermost scope outward, as
 * C++ does; protobufjs, by which most servers on Node.js describe themselves, writes such names, no imports,
 * and no JSON names.
 */
export function qualified(files: readonly FileDescriptorProto[]): readonly FileDescriptorProto[] {
  const copies = files.map((file) => clone(FileDescriptorProtoSchema, file));
  const fileOf = new Map(copies.flatMap((file) => typesOf(file).map((type) => [type, file])));
  for (const file of copies) {
    const imports = new Set(file.dependency);
    nameTypes(file, (name, scope) => {
      const full = name.startsWith(".") ? name : find(name, scope, fileOf);
      const from = fileOf.get(full);
      if (from && from !== file) imports.add(from.name);
      return full;
    });
    file.dependency = [...imports];
  }
  return copies;
}

/** As it was when nobody declares it: whoever needs it will say so. */
function find(name: string, scope: string, known: ReadonlyMap<string, unknown>): string {
  for (let within = scope; ; within = within.slice(0, within.lastIndexOf("."))) {
    const tried = `${within}.${name}`;
    if (known.has(tried)) return tried;
    if (within === "") return name;
  }
}

/** "" of no package: full names begin with a dot. */
function scopeOf({ package: name }: FileDescriptorProto): string {
  return name === "" ? "" : `.${name}`;
}

function typesOf(file: FileDescriptorProto): readonly string[] {
  const scope = scopeOf(file);
  const enums = file.enumType.map(({ name }) => `${scope}.${name}`);
  return [...enums, ...file.messageType.flatMap((message) => typesIn(message, scope))];
}

function typesIn({ name, nestedType, enumType }: DescriptorProto, scope: string): string[] {
  const own = `${scope}.${name}`;
  const enums = enumType.map((one) => `${own}.${one.name}`);
  return [own, ...enums, ...nestedType.flatMap((nested) => typesIn(nested, own))];
}

function nameTypes(file: FileDescriptorProto, full: FullName): void {
  const scope = scopeOf(file);
  for (const message of file.messageType) nameTypesIn(message, scope, full);
  for (const field of file.extension) nameTypesOf(field, scope, full);
  for (const method of file.service.flatMap((service) => service.method)) {
    method.inputType = full(method.inputType, scope);
    method.outputType = full(method.outputType, scope);
  }
}

function nameTypesIn(message: DescriptorProto, scope: string, full: FullName): void {
  const own = `${scope}.${message.name}`;
  for (const field of [...message.field, ...message.extension]) nameTypesOf(field, own, full);
  for (const field of message.field) field.jsonName ||= protoCamelCase(field.name);
  for (const nested of message.nestedType) nameTypesIn(nested, own, full);
}

function nameTypesOf(field: FieldDescriptorProto, scope: string, full: FullName): void {
  if (field.typeName !== "") field.typeName = full(field.typeName, scope);
  if (field.extendee !== "") field.extendee = full(field.extendee, scope);
}
