import { identityVariables } from "../../services/gateway/config.ts";
import { loadOrCreateDevelopmentKey } from "../../services/gateway/identity/development-key.ts";
import { issueToken } from "../../services/gateway/identity/issue-token.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import type { Environment } from "../../services/platform/config/variable.ts";

const LIFE_MS = 30 * 86_400_000;

/** A token for this user that a gateway with the same environment takes for 30 days. */
export async function developmentToken(userId: bigint, env: Environment): Promise<string> {
  const { issuer, audience, dataDir } = readConfig(identityVariables, env);
  const key = await loadOrCreateDevelopmentKey(dataDir);
  return issueToken(key, { userId, issuer, audience, nowMs: Date.now(), lifeMs: LIFE_MS });
}
