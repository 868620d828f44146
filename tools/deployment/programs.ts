import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../programs/find-program.ts";
import { findGoProgram, installGoProgram } from "../programs/go-program.ts";

const run = promisify(execFile);

/** What charts are rendered and checked with. */
const PROGRAMS = {
  helm: "helm.sh/helm/v3/cmd/helm@v3.19.5",
  kubeconform: "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0",
  kustomize: "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1",
} as const;
type ProgramName = keyof typeof PROGRAMS;

/** A package of Python's that brings the published JSON schemas of all versions of Kubernetes, and no program. */
const SCHEMA_PACKAGE = "kubernetes-validate==1.37.0";
const SCHEMAS_WITHIN = "kubernetes_validate/kubernetes-json-schema";
/** Strict: what a schema does not know is an error. */
const SCHEMA_VERSION = "v1.34.0-local-strict";
/** What they have in common, which kubeconform does not follow: each schema gets it as a part of its own. */
const COMMON_FILE = "_definitions.json";
const COMMON = /(\/api\/)?_definitions\.json#/g;
const STANDALONE = "standalone";
const SCHEMAS = [
  "configmap-v1",
  "cronjob-batch-v1",
  "deployment-apps-v1",
  "horizontalpodautoscaler-autoscaling-v2",
  "networkpolicy-networking-v1",
  "poddisruptionbudget-policy-v1",
  "service-v1",
  "serviceaccount-v1",
  "statefulset-apps-v1",
];

export type Programs = Readonly<Record<ProgramName, string>> & { readonly schemas: string };

const schemaFolder = () => cacheFolder("kubernetes-schemas");

/** The programs and schemas, as far as all are here already. */
export function findPrograms(): Programs | undefined {
  const [helm, kubeconform, kustomize] = (["helm", "kubeconform", "kustomize"] as const).map(
    findGoProgram,
  );
  const schemas = join(schemaFolder(), STANDALONE);
  if (!helm || !kubeconform || !kustomize || !hasSchemas(schemas)) return undefined;
  return { helm, kubeconform, kustomize, schemas };
}

/** An earlier version may have made fewer. */
function hasSchemas(folder: string): boolean {
  return SCHEMAS.every((name) => existsSync(join(folder, `${name}.json`)));
}

/** Builds what is not here yet with Go, and gets the schemas with pip. */
export async function installPrograms(say: (line: string) => void): Promise<void> {
  for (const [name, source] of Object.entries(PROGRAMS)) {
    say(`${name}  ${await installGoProgram(name, source)}`);
  }
  const folder = schemaFolder();
  if (!hasSchemas(join(folder, STANDALONE))) await installSchemas(folder);
  say(`schemas  ${join(folder, STANDALONE)}`);
}

async function installSchemas(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const options = ["download", "--quiet", "--no-deps", "--dest", folder, SCHEMA_PACKAGE];
    await run("python3", ["-m", "pip", ...options]);
  } catch (error) {
    throw new Error(`Can't get ${SCHEMA_PACKAGE} with pip: ${(error as Error).message}`);
  }
  const [wheel] = (await readdir(folder)).filter((name) => name.endsWith(".whl"));
  await run("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  await rm(join(folder, wheel));
  await makeStandalone(join(folder, SCHEMAS_WITHIN, SCHEMA_VERSION), join(folder, STANDALONE));
}

async function makeStandalone(from: string, to: string): Promise<void> {
  const read = (name: string) => readFile(join(from, name), "utf8");
  // By an $id of its own a schema would be looked for where it says, which is elsewhere.
  const within = (text: string): object => ({
    ...(JSON.parse(text.replaceAll(COMMON, "#")) as object),
    $id: undefined,
  });
  const common = within(await read(COMMON_FILE));
  const made = `${to}.tmp`;
  await mkdir(made);
  for (const name of SCHEMAS) {
    const schema = { ...common, ...within(await read(`${name}.json`)) };
    await writeFile(join(made, `${name}.json`), JSON.stringify(schema));
  }
  await rename(made, to);
}
