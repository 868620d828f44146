import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generate } from "./generate.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What the image has when it installs, which makes gen/: more than that may not be needed. */
const INPUTS = copiedBeforeInstall(await readFile(join(ROOT, "deploy/Dockerfile"), "utf8"));
const ECHO_PROTO = `syntax = "proto3";
package tidings.echo.v1;
message Echo { string text = 1; }
`;

function copiedBeforeInstall(dockerfile: string): readonly string[] {
  const [before] = dockerfile.split("RUN npm ci");
  return [...before.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "));
}

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tidings-generate-"));
  for (const input of INPUTS) await cp(join(ROOT, input), join(root, input), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

it("makes gen/ once, also when two begin together, and again after a change", async () => {
  await Promise.all([generate(root), generate(root)]);
  const code = () => readFile(join(root, "gen/tidings/post/v1/post.ts"), "utf8");
  expect(await code()).toContain("PostServiceService");
  const descriptors = await readFile(join(root, "gen/descriptors.binpb"), "latin1");
  expect(descriptors).toContain("grpc.health.v1");
  const idempotent = await readFile(join(root, "gen/tidings/idempotent-methods.ts"), "utf8");
  expect(idempotent).toContain("/tidings.post.v1.PostService/DeletePost");
  expect(idempotent).not.toContain("CreatePost");
  expect(await generate(root)).toBe(false);
  await cp(join(root, "proto/tidings/post"), join(root, "proto/tidings/echo"), { recursive: true });
  await rm(join(root, "proto/tidings/echo/v1/post.proto"));
  await writeFile(join(root, "proto/tidings/echo/v1/echo.proto"), ECHO_PROTO);
  expect(await generate(root)).toBe(true);
  expect(await readFile(join(root, "gen/tidings/echo/v1/echo.ts"), "utf8")).toContain("Echo");
});

it("leaves gen/ as it was when the protos are broken, and says where", async () => {
  await generate(root);
  await writeFile(join(root, "proto/tidings/post/v1/broken.proto"), "syntax = oops");
  await expect(generate(root)).rejects.toThrow(/broken\.proto/);
  expect(await readFile(join(root, "gen/fingerprint"), "utf8")).toMatch(/^[0-9a-f]{64}$/);
});
