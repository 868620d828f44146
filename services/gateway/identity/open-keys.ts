import { createPublicKey, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { JWTVerifyGetKey } from "jose";
import type { Clock } from "../../platform/clock/clock.ts";
import { ConfigError } from "../../platform/config/config.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { loadOrCreateDevelopmentKey } from "./development-key.ts";
import { oneKey, readPublicKeys, remoteKeys } from "./public-keys.ts";

export interface KeyPlaces {
  readonly publicKeyFile: string;
  readonly keySetUrl: string;
  readonly dataDir: string;
}

/** Whose signatures are taken: of an address, a file, or the pair for development. Throws ConfigError. */
export async function openKeys(
  places: KeyPlaces,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Promise<JWTVerifyGetKey> {
  const { publicKeyFile, keySetUrl, dataDir } = places;
  if (keySetUrl !== "" && publicKeyFile !== "") {
    const both = "TIDINGS_JWT_JWKS_URL and TIDINGS_JWT_PUBLIC_KEY_FILE are both set: give one";
    throw new ConfigError([both]);
  }
  if (keySetUrl !== "") return remoteKeys(keySetUrl, clock);
  if (publicKeyFile === "") {
    log.warn(
      "tokens are checked with the key pair for development: anybody who can read it is anyone",
    );
    return oneKey(createPublicKey(await loadOrCreateDevelopmentKey(dataDir)));
  }
  try {
    return readPublicKeys(await readFile(publicKeyFile, "utf8"));
  } catch (error) {
    throw wrong("TIDINGS_JWT_PUBLIC_KEY_FILE", publicKeyFile, (error as Error).message);
  }
}

const STREAM_KEY_BYTES = 32;

/** What signs the tokens of live streams: all gateways behind one name need the same. */
export async function openStreamKey(file: string): Promise<Uint8Array> {
  if (file === "") return randomBytes(STREAM_KEY_BYTES);
  const variable = "TIDINGS_GATEWAY_STREAM_KEY_FILE";
  const key = await readFile(file).catch((error: Error) => {
    throw wrong(variable, file, error.message);
  });
  if (key.length >= STREAM_KEY_BYTES) return key;
  throw wrong(variable, file, `holds ${key.length} bytes; ${STREAM_KEY_BYTES} or more are needed`);
}

function wrong(variable: string, file: string, problem: string): ConfigError {
  return new ConfigError([`${variable}="${file}": ${problem}`]);
}
