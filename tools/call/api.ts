import { readFile } from "node:fs/promises";
import {
  createFileRegistry,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Made by `npm run generate`. */
const DESCRIPTORS = new URL("../../gen/descriptors.binpb", import.meta.url);

/** A mistake in what was typed: printed without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Every proto of the mesh, from the descriptors that reflection serves too. */
export async function loadApi(): Promise<FileRegistry> {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, await readFile(DESCRIPTORS)));
}

export function servicesOf(api: FileRegistry): readonly DescService[] {
  return [...api].filter((type) => type.kind === "service");
}

/** "post" for tidings.post.v1.PostService, "health" for grpc.health.v1.Health. */
export function shortName(service: DescService): string {
  return service.name.replace(/Service$/, "").toLowerCase();
}

/** The service of a short or full name. Throws UsageError naming those there are. */
export function findService(api: FileRegistry, name: string): DescService {
  const services = servicesOf(api);
  const found =
    services.find(({ typeName }) => typeName === name) ??
    services
      .filter((service) => shortName(service) === name)
      // Ours, where another's standard has the same name.
      .sort((a, b) => Number(isOurs(b)) - Number(isOurs(a)))[0];
  if (found !== undefined) return found;
  throw new UsageError(`no service "${name}"; there are ${services.map(shortName).join(", ")}`);
}

function isOurs({ typeName }: DescService): boolean {
  return typeName.startsWith("tidings.");
}

/** The method of this name, in any case of its letters. Throws UsageError naming those there are. */
export function findMethod(service: DescService, name: string): DescMethod {
  const found = service.methods.find((method) => method.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = service.methods.map((method) => method.name).join(", ");
  throw new UsageError(`${service.typeName} has no method "${name}"; there are ${names}`);
}
