import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expect, it } from "vitest";
import { RankingServiceService } from "#gen/ranking/v1/ranking.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { connect, createClient } from "../client/client.ts";
import { PATIENT } from "../testing/patient.ts";
import { implement, startGrpcServer } from "./server.ts";

/** grpc.reflection as far as these tests need it: bytes in, text out. */
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

/** ServerReflectionRequest: list_services is field 7, file_containing_symbol field 4. */
async function* ask(field: number, symbol: string): AsyncGenerator<Uint8Array> {
  yield new BinaryWriter()
    .uint32((field << 3) | WireType.LengthDelimited)
    .string(symbol)
    .finish();
}

it.each(["v1", "v1alpha"])(
  "reflection %s lists services and describes symbols",
  async (version) => {
    const log = createLogger("test", "silent");
    const metrics = createMetrics("test");
    const ranking = implement(RankingServiceService, { rankEntries: () => ({ entries: [] }) });
    await using server = await startGrpcServer(
      { host: "127.0.0.1", port: 0, log, metrics, defaultDeadlineMs: 60_000, drainMs: 1_000 },
      [ranking],
    );
    using channel = connect(server.address, PATIENT);
    const { info } = createClient(reflectionOf(version), channel);
    const [services] = await Array.fromAsync(info(ask(7, "")));
    expect(services).toContain("tidings.ranking.v1.RankingService");
    expect(services).toContain("grpc.health.v1.Health");
    expect(services).not.toContain("tidings.post.v1.PostService");
    for (const symbol of ["tidings.post.v1.PostService", "google.rpc.BadRequest"]) {
      const [file] = await Array.fromAsync(info(ask(4, symbol)));
      expect(file).toContain(symbol.split(".").at(-1));
      expect(file).not.toContain("not found");
    }
  },
);
