import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { ACCESS } from "../../services/model/access.ts";
import { defaultPorts } from "../../services/platform/config/ports.ts";
import { isWanted } from "../image/image-tree.ts";
import { findPrograms, type Programs } from "./programs.ts";
import {
  buildKustomization,
  conform,
  lintChart,
  MANIFESTS,
  renderBackups,
  renderChart,
  VARIANTS,
} from "./render.ts";
import { consolePorts, DEPLOY, metricsPorts, nameOf, read, VARIABLES } from "./testing/deployed.ts";

const LOCKED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

interface Container {
  readonly args: readonly string[];
  readonly envFrom: readonly object[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
  readonly securityContext: object;
  readonly ports: readonly { readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly ingress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly securityContext: object;
      };
    };
  };
}

interface CronJob {
  readonly spec: {
    readonly concurrencyPolicy: string;
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly restartPolicy: string;
            readonly containers: readonly Container[];
            readonly securityContext: object;
          };
        };
      };
    };
  };
}

const manifests = parseAllDocuments(read("kubernetes/tidings.yaml")).map(
  (document) => document.toJS() as Manifest,
);
const workloads = manifests.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");

describe("the manifests", () => {
  it("run each service at its ports, as nobody, on a file system that can't be written", () => {
    expect(workloads).toHaveLength(7);
    const ports = defaultPorts({});
    for (const { spec } of workloads) {
      const { containers, securityContext } = spec.template.spec;
      expect(securityContext).toMatchObject({ runAsNonRoot: true });
      const [container] = containers;
      expect(container.securityContext).toEqual(LOCKED);
      const name = nameOf(container.args[0]) as keyof typeof ports;
      expect(existsSync(join(DEPLOY, "..", container.args[0]))).toBe(true);
      const { port, metricsPort } = ports[name];
      const expected = name === "fanout" ? [metricsPort] : [port, metricsPort];
      expect(container.ports.map(({ containerPort }) => containerPort)).toEqual(expected);
    }
  });

  it("have a console that looks at everybody, and lets nobody in but by port-forward", () => {
    const of = (kind: string) => manifests.filter((one) => one.kind === kind);
    const containers = workloads.map(({ spec }) => spec.template.spec.containers[0]);
    const console = containers.find(({ args }) => args[0] === "console/main.ts");
    const processes = console?.env.find(({ name }) => name === "TIDINGS_CONSOLE_PROCESSES")?.value;
    const names = containers.map(({ args }) => nameOf(args[0])).filter((one) => one !== "console");
    expect(consolePorts(processes ?? "")).toEqual(metricsPorts(names));
    const services = new Set(of("Service").map(({ metadata }) => metadata.name));
    for (const [, host] of processes?.matchAll(/dns:\/\/\/([\w-]+)/g) ?? []) {
      expect(services).toContain(host);
    }
    const policy = of("NetworkPolicy").find(({ metadata }) => metadata.name.endsWith("-console"));
    const open = policy?.spec.ingress?.flatMap(({ ports }) => ports.map(({ port }) => port));
    expect(open).toEqual([defaultPorts({}).console.metricsPort]);
  });

  it("set no variable that nobody reads", () => {
    const config = manifests.find(({ kind }) => kind === "ConfigMap")?.data ?? {};
    const own = workloads.flatMap(({ spec }) => spec.template.spec.containers[0].env);
    const names = [...Object.keys(config), ...own.map(({ name }) => name)];
    for (const name of names.filter((one) => one !== "POD_NAME")) expect(VARIABLES).toContain(name);
  });
});

describe("backups", () => {
  const [job] = parseAllDocuments(read("kubernetes/backup.yaml")).map(
    (document) => document.toJS() as CronJob,
  );
  const { containers, restartPolicy, securityContext } = job.spec.jobTemplate.spec.template.spec;

  it("are taken by the image, one after the other, as nobody, into a claim", () => {
    const [{ args, ...container }] = containers;
    expect(args.slice(0, 3)).toEqual(["tools/backup/main.ts", "take", "--in"]);
    expect(isWanted(args[0]) && existsSync(join(DEPLOY, "..", args[0]))).toBe(true);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain("/backups");
    expect(args[3]).toMatch(/^\/backups\//);
    expect(container.securityContext).toEqual(LOCKED);
    expect(securityContext).toMatchObject({ runAsNonRoot: true });
    expect(job.spec.concurrencyPolicy).toBe("Forbid");
    expect(restartPolicy).toBe("Never");
  });

  it("ask the database that the mesh uses", () => {
    const [mesh] = workloads.map(({ spec }) => spec.template.spec.containers[0]);
    expect(containers[0].envFrom).toEqual(mesh.envFrom);
  });
});

describe("the chart's values", () => {
  const { services } = parse(read("helm/tidings/values.yaml")) as {
    services: Readonly<Record<string, { readonly callers?: readonly string[] }>>;
  };
  /** Not run by the chart. */
  const BESIDE = ["operator", "loadtest", "prometheus"];
  /** Reached by who calls nobody within the mesh, or by nobody. */
  const FRONTS = ["gateway", "fanout", "console"];

  it.each(Object.keys(services).filter((name) => !FRONTS.includes(name)))(
    "let in who may call %s, and nobody else",
    (name) => {
      const rpcs = Object.entries(ACCESS)
        .filter(([service]) => service.startsWith(`tidings.${name}.`))
        .flatMap(([, methods]) => Object.values(methods));
      const callers = rpcs.flatMap(({ byItself, forUser }) => [...byItself, ...forUser]);
      const expected = [...new Set(callers)].filter((one) => !BESIDE.includes(one)).sort();
      expect(services[name].callers?.toSorted()).toEqual(expected);
    },
  );
});

/** Where `npm run deployment -- install` has been: it takes minutes, so CI goes without. */
function chartSuite(programs: Programs): void {
  it.each(Object.entries(VARIANTS))(
    "%s is what Kubernetes' schemas ask for",
    async (_, settings) => {
      const { valid, problems } = await conform(programs, await renderChart(programs, settings));
      expect(problems).toEqual([]);
      expect(valid).toBeGreaterThan(20);
    },
  );

  it("with certificates says that TLS for apps ends in front of it", async () => {
    const yaml = await renderChart(programs, VARIANTS.certificates);
    expect(yaml).toContain("TIDINGS_PLAINTEXT: http-behind-a-proxy");
    expect(yaml).not.toContain("anyone-may-act-as-anyone");
  });

  it("has nothing that helm's rules object to", async () => {
    expect(await lintChart(programs)).toBe("");
  });

  it("is rendered in deploy/kubernetes as it is now, and kustomize takes it", async () => {
    const written = await readFile(join(MANIFESTS, "tidings.yaml"), "utf8");
    expect(written.slice(written.indexOf("\n") + 1)).toBe(await renderChart(programs, []));
    const { valid, problems } = await conform(programs, await buildKustomization(programs));
    expect(problems).toEqual([]);
    expect(valid).toBe(parseAllDocuments(written).length);
    const backups = await readFile(join(MANIFESTS, "backup.yaml"), "utf8");
    expect(backups.slice(backups.indexOf("\n") + 1)).toBe(await renderBackups(programs));
  });

  it("is checked for what Kubernetes does not know, too", async () => {
    const yaml = await renderChart(programs, []);
    const wrong = yaml.replace("readOnlyRootFilesystem", "readonlyRootFilesystem");
    expect((await conform(programs, wrong)).problems).toHaveLength(1);
  });
}

const programs = findPrograms();
if (programs) describe("the chart", () => chartSuite(programs));
