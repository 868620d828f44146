import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { readCalls } from "../calls/spec/read-calls.ts";
import { placeOf, scenarioText, toolkitFrom } from "./new.ts";

it.each([
  ["http://127.0.0.1:8080", "127.0.0.1:8080", undefined, "GET /"],
  ["https://shop.test/v1/items?n=5", "shop.test:443", {}, "GET /v1/items?n=5"],
  ["http://a.test:1/v1/{{random 1 9}}", "a.test:1", undefined, "GET /v1/{{random 1 9}}"],
])("writes calls of HTTP for a URL: %s", async (target, address, tls, request) => {
  const folder = await mkdtemp(join(import.meta.dirname, ".new-"));
  try {
    const file = join(folder, "shop.ts");
    await writeFile(file, scenarioText("shop", { target }));
    expect(await readCalls(file, {})).toMatchObject({
      target: { addresses: [address], protocol: "http/1.1", ...(tls && { tls }) },
      flows: [{ steps: [{ request, checks: ["status == 200"] }] }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("writes no method of gRPC for a URL", () => {
  const options = { target: "http://127.0.0.1:8080", call: "a.b/C" };
  expect(() => scenarioText("shop", options)).toThrow(/^--call: it is of gRPC/);
});

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

const ROOT = resolve(import.meta.dirname, "../..");

it("imports the toolkit by its name where it is a dependency, and by its path elsewhere", async () => {
  const folder = await mkdtemp(join(tmpdir(), "new-"));
  try {
    const file = join(folder, "checkout.ts");
    expect(toolkitFrom(file)).toBe(join(ROOT, "loadtest/index.ts"));
    await mkdir(join(folder, "node_modules"));
    await symlink(ROOT, join(folder, "node_modules/tidings"));
    expect(toolkitFrom(file)).toBe("tidings/loadtest");
    await writeFile(
      file,
      scenarioText("checkout", { target: "localhost:1", toolkit: toolkitFrom(file) }),
    );
    expect(await readCalls(file, {})).toMatchObject({ name: "checkout" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("writes where one is, and says what runs it from there", () => {
  const main = join(ROOT, "loadtest/cli/main.ts");
  const from = (folder: string, byNpm: boolean) => placeOf("shop.ts", { folder, byNpm, main });
  expect(from(join(ROOT, "docs"), true)).toEqual({
    file: "shop.ts",
    run: "npm run load -- run shop.ts",
  });
  expect(from("/elsewhere", true)).toEqual({
    file: "/elsewhere/shop.ts",
    run: `npm --prefix ${ROOT} run load -- run /elsewhere/shop.ts`,
  });
  expect(from("/elsewhere", false)).toEqual({ file: "shop.ts", run: `node ${main} run shop.ts` });
});
