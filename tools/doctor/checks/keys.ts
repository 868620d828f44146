import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadOrCreateDevelopmentKey } from "../../../services/gateway/identity/development-key.ts";
import { readPublicKeys } from "../../../services/gateway/identity/public-keys.ts";
import { type Finding, type Look, ok, type Patient, warning, wrong } from "../finding.ts";

const FILE = "TIDINGS_JWT_PUBLIC_KEY_FILE";
const ADDRESS = "TIDINGS_JWT_JWKS_URL";

/** Whose tokens the gateway will take. */
export const keys: Look = {
  what: "keys",
  examine: async (patient) => [await look(patient)],
};

async function look({ env, dataDir }: Patient): Promise<Finding> {
  const file = env[FILE];
  const address = env[ADDRESS];
  if (file && address) return wrong("keys", `${FILE} and ${ADDRESS} are both set`, "give one");
  if (address) return ok("keys", `from ${new URL(address).origin}, not looked at`);
  if (!file) return await developmentKey(dataDir);
  try {
    readPublicKeys(await readFile(file, "utf8"));
    return ok("keys", file);
  } catch (error) {
    return wrong(
      "keys",
      `${file}: ${(error as Error).message}`,
      "a PEM or JWKS file of public keys",
    );
  }
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
