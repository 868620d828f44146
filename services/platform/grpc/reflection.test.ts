import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expect, it } from "vitest";
import { createClient } from "./client.ts";
import { startEcho } from "./testing/echo-server.ts";
import type { Note } from "./testing/echo-service.ts";

/** grpc.reflection, as far as these tests need it: bytes in and out. */
function reflectionOf(version: string) {
  return {
    info: {
      path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      requestStream: true as const,
      responseStream: true as const,
      requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
      responseDeserialize: (bytes: Buffer) => bytes.toString("latin1"),
    },
  };
}

/** ServerReflectionRequest: list_services is field 7, file_containing_symbol 4. */
async function* ask(field: number, symbol: string): AsyncGenerator<Uint8Array> {
  yield new BinaryWriter()
    .uint32((field << 3) | WireType.LengthDelimited)
    .string(symbol)
    .finish();
}

it.each(["v1", "v1alpha"])(
  "reflection %s lists services and describes symbols",
  async (version) => {
    await using echo = await startEcho();
    const { info } = createClient(reflectionOf(version), echo.channel);
    const [services] = await Array.fromAsync(info(ask(7, "")));
    expect(services).toContain("tidings.test.v1.EchoService");
    expect(services).toContain("grpc.health.v1.Health");
    for (const symbol of ["tidings.post.v1.PostService", "google.rpc.BadRequest"]) {
      const [file] = await Array.fromAsync(info(ask(4, symbol)));
      expect(file).toContain(symbol.split(".").at(-1));
      expect(file).not.toContain("not found");
    }
  },
);
