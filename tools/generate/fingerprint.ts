import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const INPUTS = ["buf.yaml", "buf.gen.yaml"];
const PROTO_FOLDERS = ["proto", "services/platform/grpc/server/reflected"];
const TOOLS = ["@bufbuild/buf", "ts-proto", "grpc-health-check"];

/**
 * A hash of everything that gen/ depends on: the protos, buf's settings, the versions of the tools.
 * Undefined when the tools are not installed.
 */
export async function fingerprintOf(root: string): Promise<string | undefined> {
  if (!TOOLS.every((tool) => existsSync(manifestOf(root, tool)))) return undefined;
  const protos = await filesBelow(root, PROTO_FOLDERS, /\.proto$/);
  const versions = TOOLS.map(async (tool) => [tool, await versionOf(root, tool)] as const);
  return hashOf([
    ...(await contentsOf(root, [...INPUTS, ...protos])),
    ...(await Promise.all(versions)),
  ]);
}

type Named = readonly [name: string, content: string];

/** The files below these folders whose names match, sorted; paths are from the root. */
export async function filesBelow(
  root: string,
  folders: readonly string[],
  pattern: RegExp,
): Promise<readonly string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const files = await readdir(join(root, folder), { recursive: true });
      return files.map((file) => join(folder, file));
    }),
  );
  return lists
    .flat()
    .filter((file) => pattern.test(file))
    .sort();
}

export function contentsOf(root: string, files: readonly string[]): Promise<readonly Named[]> {
  return Promise.all(
    files.map(async (file) => [file, await readFile(join(root, file), "utf8")] as const),
  );
}

/** One hash of all, in their order. */
export function hashOf(all: readonly Named[]): string {
  const hash = createHash("sha256");
  for (const [name, content] of all) hash.update(`${name}\0${content.length}\0${content}`);
  return hash.digest("hex");
}

async function versionOf(root: string, tool: string): Promise<string> {
  return JSON.parse(await readFile(manifestOf(root, tool), "utf8")).version;
}

function manifestOf(root: string, tool: string): string {
  return join(root, "node_modules", tool, "package.json");
}
