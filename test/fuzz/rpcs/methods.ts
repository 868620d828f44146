import { readFileSync } from "node:fs";
import { createFileRegistry, type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { MeshPorts } from "../../../tools/mesh/services.ts";

const DESCRIPTORS = new URL("../../../gen/descriptors.binpb", import.meta.url);

/** Every RPC that the descriptors name. */
export function everyMethod(): readonly DescMethod[] {
  return [...createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(DESCRIPTORS)))]
    .flatMap((type) => (type.kind === "service" ? type.methods : []))
    .filter(({ parent }) => parent.typeName.startsWith("tidings."));
}

/** Where the process listens that serves a method. */
export function portOf({ parent }: DescMethod, meshPorts: MeshPorts): number {
  const name = /^tidings\.(\w+)\./.exec(parent.typeName)?.[1] ?? "";
  const { post, friend, ranking, timeline, neighbours } = meshPorts;
  const ports: Record<string, number | undefined> = { post, friend, ranking, ...neighbours };
  return ports[name] ?? (name === "event" ? post : timeline[0]);
}
