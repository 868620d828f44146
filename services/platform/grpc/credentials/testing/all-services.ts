import { readFileSync } from "node:fs";
import {
  create,
  createFileRegistry,
  type DescMethod,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Implementation } from "../../call.ts";

const DESCRIPTORS = new URL("../../../../../gen/descriptors.binpb", import.meta.url);
/** The server brings its own. */
const HEALTH = "grpc.health.v1.Health";

/** Every RPC of the mesh, by its path. */
export const METHODS: ReadonlyMap<string, DescMethod> = new Map(
  [...createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(DESCRIPTORS)))]
    .flatMap((type) => (type.kind === "service" ? type.methods : []))
    .map((method) => [`/${method.parent.typeName}/${method.name}`, method]),
);

/** All services at once, whose every method answers with one empty message: only who may call is of interest. */
export function allServices(): readonly Implementation[] {
  const byService = Map.groupBy(METHODS.values(), ({ parent }) => parent.typeName);
  byService.delete(HEALTH);
  return [...byService.values()].map((methods) => ({
    definition: Object.fromEntries(methods.map((method) => [method.name, definitionOf(method)])),
    handlers: Object.fromEntries(methods.map((method) => [method.name, handlerOf(method)])),
  }));
}

function definitionOf(method: DescMethod) {
  const { input, output, methodKind } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: methodKind === "bidi_streaming",
    responseStream: methodKind !== "unary",
    requestSerialize: (message: Message) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(input, bytes),
    responseSerialize: (message: Message) => Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(output, bytes),
  };
}

function handlerOf({ methodKind, output }: DescMethod): unknown {
  const empty = create(output);
  if (methodKind === "unary") return () => empty;
  if (methodKind === "server_streaming") {
    return async function* () {
      yield empty;
    };
  }
  return async function* (requests: AsyncIterable<unknown>) {
    for await (const _ of requests) yield empty;
  };
}
