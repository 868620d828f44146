import { LRUCache } from "lru-cache";
import type { Parsed } from "../../../config/variable.ts";
import type { SvidSource } from "../svid/svid-files.ts";
import { readUserToken, signUserToken, USER_TOKEN_LIFE_MS, type UserClaim } from "./user-token.ts";

/** The metadata in which a token travels. */
export const USER_TOKEN_KEY = "x-tidings-user";

/** From then on a new one is made, ms. */
const RENEWED_MS = USER_TOKEN_LIFE_MS / 2;
/** About 300 bytes each. */
const MAX_REMEMBERED = 50_000;

/** Signs for users, and reads what others have signed; what is remembered costs no signature. */
export class UserTokens {
  readonly #source: SvidSource;
  readonly #nowMs: () => number;
  readonly #signed = new LRUCache<bigint, { token: string; renewMs: number }>({
    max: MAX_REMEMBERED,
  });
  readonly #read = new LRUCache<string, UserClaim>({ max: MAX_REMEMBERED });

  constructor(source: SvidSource, nowMs: () => number) {
    this.#source = source;
    this.#nowMs = nowMs;
    source.onChange(() => {
      this.#signed.clear();
      this.#read.clear();
    });
  }

  /** A token for the user; undefined: this process has no key to sign with. */
  sign(userId: bigint): string | undefined {
    const { signing } = this.#source.current.userKeys;
    if (!signing) return undefined;
    const nowMs = this.#nowMs();
    const remembered = this.#signed.get(userId);
    if (remembered && nowMs < remembered.renewMs) return remembered.token;
    const claim = { userId, expiresMs: nowMs + USER_TOKEN_LIFE_MS };
    const token = signUserToken(claim, signing.key, signing.keyId);
    this.#signed.set(userId, { token, renewMs: nowMs + RENEWED_MS });
    return token;
  }

  /** For whom a token speaks. */
  read(token: string): Parsed<UserClaim> {
    const nowMs = this.#nowMs();
    const remembered = this.#read.get(token);
    if (remembered && nowMs < remembered.expiresMs) return { value: remembered };
    const read = readUserToken(token, this.#source.current.userKeys.verifying, nowMs);
    if ("value" in read) this.#read.set(token, read.value);
    return read;
  }
}
