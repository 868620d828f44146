import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadOrCreateDevelopmentKey } from "../../../services/gateway/identity/development-key.ts";
import { openKeys } from "../../../services/gateway/identity/open-keys.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { ConfigError } from "../../../services/platform/config/config.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { type Finding, type Look, ok, type Patient, warning, wrong } from "../finding.ts";

const FILE = "TIDINGS_JWT_PUBLIC_KEY_FILE";
const ADDRESS = "TIDINGS_JWT_JWKS_URL";

/** Whose tokens the gateway will take. */
export const keys: Look = {
  what: "keys",
  examine: async (patient) => [await look(patient)],
};

async function look({ env, dataDir }: Patient): Promise<Finding> {
  const { [FILE]: publicKeyFile = "", [ADDRESS]: keySetUrl = "" } = env;
  if (publicKeyFile === "" && keySetUrl === "") return await developmentKey(dataDir);
  try {
    await openKeys(
      { publicKeyFile, keySetUrl, dataDir },
      { log: createLogger("doctor", "silent"), clock: systemClock },
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return wrong("keys", error.problems.join("; "), "one of them, with public keys: PEM or JWKS");
  }
  if (publicKeyFile !== "") return ok("keys", publicKeyFile);
  return ok("keys", `from ${new URL(keySetUrl).origin}, not looked at`);
}

async function developmentKey(dataDir: string): Promise<Finding> {
  const path = join(dataDir, "keys", "jwt-development.pem");
  const remedy = `set ${FILE} or ${ADDRESS} where strangers can reach the gateway`;
  if (!existsSync(path)) return warning("keys", "a key for development will be made", remedy);
  try {
    await loadOrCreateDevelopmentKey(dataDir);
  } catch (error) {
    return wrong("keys", (error as Error).message, `delete ${path}`);
  }
  return warning("keys", "those for development: who can read them is anyone", remedy);
}
