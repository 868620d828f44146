import { BinaryReader } from "@bufbuild/protobuf/wire";

/** Field numbers of google/protobuf/descriptor.proto. */
const FILE = { inSet: 1, package: 2, service: 6 };
const SERVICE = { name: 1, method: 2 };
const METHOD = { name: 1, options: 4 };
const IDEMPOTENCY_LEVEL = 34;
const IDEMPOTENCY_UNKNOWN = 0;

/**
 * The paths ("/package.Service/Method") of the methods that a FileDescriptorSet declares idempotent or
 * without side effects (`option idempotency_level`).
 */
export function idempotentMethods(descriptorSet: Uint8Array): string[] {
  return parts(descriptorSet, FILE.inSet).flatMap((file) => {
    const [packageName] = parts(file, FILE.package).map(textOf);
    return parts(file, FILE.service).flatMap((service) => {
      const [name] = parts(service, SERVICE.name).map(textOf);
      return parts(service, SERVICE.method)
        .filter(isIdempotent)
        .map((method) => `/${packageName}.${name}/${parts(method, METHOD.name).map(textOf)[0]}`);
    });
  });
}

/** A module with the set of them, for clients that must know what they may repeat. */
export function idempotentMethodsModule(descriptorSet: Uint8Array): string {
  const lines = idempotentMethods(descriptorSet).map((path) => `  "${path}",\n`);
  return `export const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set([\n${lines.join("")}]);\n`;
}

function isIdempotent(method: Uint8Array): boolean {
  return parts(method, METHOD.options).some((options) => {
    const reader = new BinaryReader(options);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === IDEMPOTENCY_LEVEL) return reader.int32() !== IDEMPOTENCY_UNKNOWN;
      reader.skip(type);
    }
    return false;
  });
}

/** The values of one length-delimited field. */
function parts(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(type);
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
