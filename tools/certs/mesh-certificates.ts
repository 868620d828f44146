import type { Caller } from "../../services/model/callers.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { TLS_VARIABLES } from "../../services/platform/grpc/credentials/config.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { readCredentials } from "../../services/platform/grpc/credentials/open-credentials.ts";
import { makeCertificates, TRUST_DOMAIN } from "./certificates.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;

/** What a command shows to the mesh that TIDINGS_* names. */
export function toolCredentials(
  tool: Caller = "operator",
  env: Environment = process.env,
): Promise<Credentials> {
  return readCredentials(tool, readConfig(TLS_VARIABLES, env));
}

/** With TIDINGS_TLS=1, makes certificates where the mesh has none that can be used. */
export async function ensureCertificates(env: Environment): Promise<void> {
  const { tls, certsDir } = readConfig(TLS_VARIABLES, env);
  if (tls === "0") return;
  // The youngest of the callers: a folder of before it was one has nothing for it.
  const isUsable = await Promise.all([
    toolCredentials("operator", env),
    toolCredentials("console", env),
  ]).then(
    () => true,
    () => false,
  );
  if (isUsable) return;
  const nowMs = Date.now();
  await makeCertificates({ folder: certsDir, trustDomain: TRUST_DOMAIN, lifeMs: LIFE_MS, nowMs });
}
