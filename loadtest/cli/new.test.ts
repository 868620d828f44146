import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCalls } from "../calls/spec/read-calls.ts";
import { scenarioText, toolkitFrom } from "./new.ts";

it.each([
  ["in this checkout, where the toolkit is found by its name", import.meta.dirname],
  ["anywhere else", tmpdir()],
])("writes a scenario that can be run as it is, %s", async (_, where) => {
  const folder = await mkdtemp(join(where, ".new-"));
  try {
    const file = join(folder, "checkout.ts");
    const call = "tidings.post.v1.PostService/CreatePost";
    const options = { target: "localhost:50051", call, toolkit: toolkitFrom(file) };
    await writeFile(file, scenarioText("checkout", options));
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
