import { join, resolve } from "node:path";
import type { Caller } from "../../services/model/callers.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { TLS_VARIABLES } from "../../services/platform/grpc/credentials/config.ts";
import { SVID_FILES } from "../../services/platform/grpc/credentials/svid/svid.ts";
import type { ServicePlan } from "../mesh/services.ts";
import { type ScrapeCertificate, writeScraping } from "./scraping.ts";

const SHOWN: Caller = "prometheus";

export interface MonitoredMesh {
  readonly plans: readonly Pick<ServicePlan, "name" | "host" | "metricsPort">[];
  readonly env: Environment;
  readonly dataDir: string;
  /** The checkout, which has the rules. */
  readonly root: string;
}

/** Writes into the data folder of a mesh what a Prometheus needs to watch it: every process that it has, and no other. */
export function writeMonitoring({ plans, env, dataDir, root }: MonitoredMesh): string {
  return writeScraping(join(dataDir, "monitoring"), {
    targets: plans.map(({ name, host, metricsPort }) => ({
      service: name,
      address: `${host}:${metricsPort}`,
    })),
    rules: join(root, "deploy/monitoring/rules.yaml"),
    every: "5s",
    certificate: certificateIn(env, dataDir),
  });
}

function certificateIn(env: Environment, dataDir: string): ScrapeCertificate | undefined {
  const { tls, certsDir } = readConfig(TLS_VARIABLES, {
    ...env,
    TIDINGS_DATA_DIR: dataDir,
  });
  if (tls === "0") return undefined;
  const { bundle, certificate, key } = SVID_FILES;
  const [ca, cert, own] = [bundle, certificate, key].map((name) => resolve(certsDir, SHOWN, name));
  return { ca, cert, key: own };
}
