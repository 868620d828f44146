import { readFile } from "node:fs/promises";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";

/** Made by `npm run generate`: all protos, grpc.health.v1 and the details of errors. */
const DESCRIPTORS = new URL("../../../../gen/descriptors.binpb", import.meta.url);

/** Serves reflection (v1 and v1alpha), listing `services` (full names). */
export async function addReflection(server: Server, services: readonly string[]): Promise<void> {
  const fileDescriptorProtos = splitDescriptorSet(await readFile(DESCRIPTORS));
  // Of a package definition, reflection reads these bytes only. proto-loader would make them anew,
  // and gives map entries names that other languages refuse.
  const definitions = { all: { fileDescriptorProtos } } as unknown as ConstructorParameters<
    typeof ReflectionService
  >[0];
  new ReflectionService(definitions, { services: [...services] }).addToServer(server);
}

/** The files of a google.protobuf.FileDescriptorSet (its field 1). */
function splitDescriptorSet(bytes: Uint8Array): Buffer[] {
  const reader = new BinaryReader(bytes);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) files.push(Buffer.from(reader.bytes()));
    else reader.skip(type);
  }
  return files;
}
