import { randomBytes } from "node:crypto";
import type { Clock } from "../../services/platform/clock/clock.ts";

const ID_BYTES = 32;
const LIFE_MS = 12 * 3_600_000;
const MAX_SESSIONS = 1_000;
const COOKIE = "tidings_console";

/**
 * Browsers that have shown the token. A cookie names a session and is worth nothing after a restart: it holds
 * no secret but its own.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #endsMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The value of set-cookie. No script reads it, and no other site's page sends it. */
  open(): string {
    const id = randomBytes(ID_BYTES).toString("base64url");
    if (this.#endsMs.size >= MAX_SESSIONS) this.#forgetOldest();
    this.#endsMs.set(id, this.#clock.monotonicMs() + LIFE_MS);
    return cookieOf(id, LIFE_MS / 1_000);
  }

  isOpen(cookies: string | undefined): boolean {
    const id = idIn(cookies);
    const endsMs = id === undefined ? undefined : this.#endsMs.get(id);
    return endsMs !== undefined && endsMs > this.#clock.monotonicMs();
  }

  /** The value of set-cookie that takes it away. */
  close(cookies: string | undefined): string {
    this.#endsMs.delete(idIn(cookies) ?? "");
    return cookieOf("", 0);
  }

  #forgetOldest(): void {
    const [oldest] = this.#endsMs.keys();
    if (oldest !== undefined) this.#endsMs.delete(oldest);
  }
}

function cookieOf(id: string, seconds: number): string {
  return `${COOKIE}=${id}; Path=/console; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
}

function idIn(cookies = ""): string | undefined {
  return cookies
    .split(";")
    .map((cookie) => cookie.trim().split("="))
    .find(([name]) => name === COOKIE)?.[1];
}
