import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { load } from "@grpc/proto-loader";
import { servicesOf } from "../../../tools/call/api.ts";
import type { TargetSpec } from "../spec/call-scenario.ts";
import { qualified } from "./qualified.ts";
import { describeSymbol, type Reflected } from "./reflection.ts";

/**
 * What is known of these services, as one FileDescriptorSet: from proto files, a descriptor set, or the
 * server's reflection. Throws a RangeError or ReflectionError that says what to do.
 */
export async function descriptorsFor(
  { protos, descriptorSet }: Pick<TargetSpec, "protos" | "descriptorSet">,
  services: readonly string[],
  reflected: () => Promise<Reflected>,
): Promise<Uint8Array> {
  if (descriptorSet !== undefined) return await readSet(descriptorSet);
  if (protos !== undefined) return await compileProtos(protos);
  const server = await reflected();
  const files = await Promise.all(services.map((service) => describeSymbol(server, service)));
  return joined(files.flat());
}

/** All methods in a FileDescriptorSet, as "package.Service/Method". */
export function methodsIn(descriptors: Uint8Array): readonly string[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  return servicesOf(registry).flatMap(({ typeName, methods }) =>
    methods.map(({ name }) => `${typeName}/${name}`),
  );
}

async function readSet(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    fromBinary(FileDescriptorSetSchema, bytes);
    return bytes;
  } catch (error) {
    throw new RangeError(
      `${file} is no descriptor set (${(error as Error).message}): make one with ` +
        "`buf build -o FILE` or `protoc --include_imports -o FILE`.",
    );
  }
}

async function compileProtos({ files, ...given }: NonNullable<TargetSpec["protos"]>) {
  const importPaths = given.importPaths ?? [".", ...new Set(files.map((file) => dirname(file)))];
  try {
    const found = await load([...files], { includeDirs: [...importPaths], keepCase: true });
    const described = Object.values(found).flatMap((type) =>
      "fileDescriptorProtos" in type && Array.isArray(type.fileDescriptorProtos)
        ? type.fileDescriptorProtos
        : [],
    );
    return joined(
      described
        .filter((bytes) => bytes instanceof Uint8Array)
        .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes)),
    );
  } catch (error) {
    throw new RangeError(
      `${files.join(", ")} can't be compiled (${(error as Error).message}): are all imports below ` +
        `${importPaths.join(", ")}? Give their folders (--import-path).`,
    );
  }
}

/** Each file once, imports first. */
function joined(found: readonly FileDescriptorProto[]): Uint8Array {
  const once = [...new Map(found.map((file) => [file.name, file])).values()];
  const byName = new Map(qualified(once).map((file) => [file.name, file]));
  const done = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto | undefined) => {
    if (!file || done.has(file)) return;
    for (const name of file.dependency) add(byName.get(name));
    done.add(file);
  };
  for (const file of byName.values()) add(file);
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...done] }));
}
