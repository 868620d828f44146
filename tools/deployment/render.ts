import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import type { Programs } from "./programs.ts";

const run = promisify(execFile);
/** helm built by Go knows of none by itself. */
const KUBERNETES = "1.34.0";
const MAX_BYTES = 16 * 1_024 * 1_024;

export const CHART = resolve(import.meta.dirname, "../../deploy/helm/tidings");
export const MANIFESTS = resolve(import.meta.dirname, "../../deploy/kubernetes");

/** Choices that change which resources there are: each is rendered and checked. */
export const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  neighbours: ["services.engagement.enabled=true", "services.erasure.enabled=true"],
  certificates: ["tls.enabled=true"],
  workers: ["keda.enabled=true"],
  backups: ["backup.enabled=true"],
  open: ["networkPolicies.enabled=false"],
};

/** The chart's resources as YAML. @throws Error what helm says is wrong */
export async function renderChart(
  { helm }: Pick<Programs, "helm">,
  settings: readonly string[],
): Promise<string> {
  const sets = settings.flatMap((one) => ["--set", one]);
  const release = [
    "template",
    "tidings",
    CHART,
    "--namespace",
    "tidings",
    "--kube-version",
    KUBERNETES,
  ];
  return (await run(helm, [...release, ...sets], { maxBuffer: MAX_BYTES })).stdout;
}

/** What takes backups, which is off by default: for who has no helm. */
export async function renderBackups(programs: Pick<Programs, "helm">): Promise<string> {
  const all = parseAllDocuments(await renderChart(programs, VARIANTS.backups));
  return all.filter((one) => one.get("kind") === "CronJob").join("");
}

/** What helm's own rules find wrong with the chart; empty when nothing is. */
export async function lintChart({ helm }: Pick<Programs, "helm">): Promise<string> {
  const failed = await run(helm, ["lint", "--strict", "--quiet", CHART]).catch(
    (error: Error) => error,
  );
  return failed instanceof Error ? failed.message : "";
}

/** What `kubectl apply -k deploy/kubernetes` would apply. */
export async function buildKustomization({
  kustomize,
}: Pick<Programs, "kustomize">): Promise<string> {
  return (await run(kustomize, ["build", MANIFESTS], { maxBuffer: MAX_BYTES })).stdout;
}

/** Kinds that are not Kubernetes' own: their schemas come with their operators, and are not in the package. */
const OTHERS = ["ScaledObject", "TriggerAuthentication", "Certificate"];

export interface Conformance {
  readonly valid: number;
  /** Of kinds without a schema here. */
  readonly skipped: number;
  readonly problems: readonly string[];
}

/** Holds every resource against the published schema of its kind; nothing may be there that it does not know. */
export async function conform(
  { kubeconform, schemas }: Pick<Programs, "kubeconform" | "schemas">,
  yaml: string,
): Promise<Conformance> {
  const place = `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
  const options = ["-strict", "-output", "json", "-verbose", "-schema-location", place];
  const child = run(kubeconform, [...options, "-skip", OTHERS.join(","), "-"], {
    maxBuffer: MAX_BYTES,
  });
  child.child.stdin?.end(yaml);
  const { stdout } = await child.catch((failed: { stdout: string }) => failed);
  const { resources } = JSON.parse(stdout) as { resources: readonly Checked[] };
  const of = (status: string) => resources.filter((one) => one.status === status);
  return {
    valid: of("statusValid").length,
    skipped: of("statusSkipped").length,
    problems: [...of("statusInvalid"), ...of("statusError")].map(
      ({ kind, name, msg }) => `${kind} ${name}: ${msg}`,
    ),
  };
}

interface Checked {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}
