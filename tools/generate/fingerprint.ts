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
  const hash = createHash("sha256");
  const add = (name: string, content: string) => {
    hash.update(`${name}\0${content.length}\0${content}`);
  };
  for (const file of [...INPUTS, ...(await protosOf(root))]) {
    add(file, await readFile(join(root, file), "utf8"));
  }
  for (const tool of TOOLS) add(tool, await versionOf(root, tool));
  return hash.digest("hex");
}

async function protosOf(root: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    PROTO_FOLDERS.map(async (folder) => {
      const files = await readdir(join(root, folder), { recursive: true });
      return files.map((file) => join(folder, file));
    }),
  );
  return lists
    .flat()
    .filter((file) => file.endsWith(".proto"))
    .sort();
}

async function versionOf(root: string, tool: string): Promise<string> {
  return JSON.parse(await readFile(manifestOf(root, tool), "utf8")).version;
}

function manifestOf(root: string, tool: string): string {
  return join(root, "node_modules", tool, "package.json");
}
