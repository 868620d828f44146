import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCalls } from "./read-calls.ts";

const SCENARIO = {
  kind: "calls",
  target: {
    addresses: ["localhost:50051"],
    protocol: "grpc",
    protos: { files: ["shop.proto"], importPaths: [".", "/else/where"] },
    tls: { ca: "ca.pem", serverName: "shop" },
  },
  flows: [{ steps: [{ method: "shop.v1.Shop/Get" }] }],
  rows: { file: "data/users.csv" },
};

it("finds the files that a scenario names from where the scenario lies", async () => {
  const folder = await mkdtemp(join(tmpdir(), "load-beside-"));
  try {
    const file = join(folder, "visit.json");
    await writeFile(file, JSON.stringify(SCENARIO));
    expect(await readCalls(file, {})).toMatchObject({
      rows: { file: join(folder, "data/users.csv") },
      target: {
        protos: { files: [join(folder, "shop.proto")], importPaths: [folder, "/else/where"] },
        tls: { ca: join(folder, "ca.pem"), serverName: "shop" },
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
