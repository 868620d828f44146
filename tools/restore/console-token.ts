import { access } from "node:fs/promises";
import { tokenFileIn } from "../../console/access/admin-token.ts";
import type { Environment } from "../../services/platform/config/variable.ts";

/**
 * What an operator must know of the token that opens the console, which is in no backup. Undefined: the console
 * has the one of before, in this folder or where its variable says.
 */
export async function consoleTokenLine(
  env: Environment,
  dataDir: string,
): Promise<string | undefined> {
  if (env.TIDINGS_CONSOLE_TOKEN_FILE) return undefined;
  const file = tokenFileIn(dataDir);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return undefined;
  return `The console's token is in no backup. It makes another in ${file} when it starts; to keep the old one, put its file there before.`;
}
