import { randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConfigError } from "../../services/platform/config/config.ts";

const TOKEN_BYTES = 32;
const MIN_LENGTH = 32;

/** Where the console of this data folder keeps the token that opens it. */
export function tokenFileIn(dataDir: string): string {
  return join(dataDir, "console", "admin-token");
}

/** The token in the file: folder 0700, file 0600. One of ours is made on first use; one that was named is not. */
export async function readAdminToken(named: string, dataDir: string): Promise<string> {
  const file = named || tokenFileIn(dataDir);
  if (!named) await createMissing(file);
  const token = await readFile(file, "utf8").then(
    (text) => text.trim(),
    (error: Error) => {
      throw new ConfigError([
        `TIDINGS_CONSOLE_TOKEN_FILE="${named}" is not read: ${error.message}`,
      ]);
    },
  );
  if (token.length >= MIN_LENGTH) return token;
  const remedy = "openssl rand -base64 32 makes one";
  throw new ConfigError([
    `the token in ${file} has ${token.length} characters: ${MIN_LENGTH} or more; ${remedy}`,
  ]);
}

async function createMissing(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await writeFile(file, `${token}\n`, { mode: 0o600, flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
}

/** In the same time, wherever they differ. */
export function isToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
