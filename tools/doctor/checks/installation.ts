import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "../../generate/generate.ts";
import { type Finding, type Look, ok, type Patient, wrong } from "../finding.ts";

interface Manifest {
  readonly dependencies: { readonly node: string };
}

/** Node as the project pins it, its packages as the lock file names them, and the code made from protos. */
export const installation: Look = {
  what: "installation",
  examine: async (patient) => [
    await nodeVersion(patient),
    await packages(patient),
    await protos(patient),
  ],
};

async function nodeVersion({ root }: Patient): Promise<Finding> {
  const text = await readFile(join(root, "package.json"), "utf8");
  const wanted = (JSON.parse(text) as Manifest).dependencies.node;
  const has = process.versions.node;
  if (has === wanted) return ok("node", has);
  return wrong("node", `${has}, not ${wanted}`, "npm ci brings it; start commands with npm run");
}

async function packages({ root }: Patient): Promise<Finding> {
  const writtenMs = async (file: string) => (await stat(join(root, file))).mtimeMs;
  const remedy = "npm ci";
  const installedMs = await writtenMs("node_modules/.package-lock.json").catch(() => undefined);
  if (installedMs === undefined) return wrong("packages", "not installed", remedy);
  const names = async (file: string) => {
    const lock = JSON.parse(await readFile(join(root, file), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    return new Map(Object.entries(lock.packages).map(([name, { version }]) => [name, version]));
  };
  const wanted = await names("package-lock.json");
  const installed = await names("node_modules/.package-lock.json");
  const stale = [...installed].filter(([name, version]) => wanted.get(name) !== version);
  if (stale.length === 0)
    return ok("packages", `${installed.size} as package-lock.json names them`);
  const [name] = stale[0];
  return wrong(
    "packages",
    `${stale.length} are not as package-lock.json names them, ${name} first`,
    remedy,
  );
}

async function protos({ root }: Patient): Promise<Finding> {
  const wasStale = await generate(root);
  return ok(
    "protos",
    wasStale ? "gen/ was older than proto/, and is made again" : "gen/ is up to date",
  );
}
