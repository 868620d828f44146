import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCalls } from "../calls/spec/read-calls.ts";
import { scenarioText } from "./new.ts";

it("writes a scenario that can be run as it is", async () => {
  // In this checkout, where the toolkit is found by its name.
  const folder = await mkdtemp(join(import.meta.dirname, ".new-"));
  try {
    const file = join(folder, "checkout.ts");
    const call = "tidings.post.v1.PostService/CreatePost";
    await writeFile(file, scenarioText("checkout", { target: "localhost:50051", call }));
    const scenario = await readCalls(file, { rate: 7 });
    expect(scenario).toMatchObject({
      kind: "calls",
      name: "checkout",
      perSecond: 7,
      flows: [{ steps: [{ method: call }] }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
