import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Authority,
  createAuthority,
  issue,
  type Order,
} from "../../../../../tools/certs/authority.ts";
import { SVID_FILES, type SvidTexts } from "../svid/svid.ts";
import { USER_KEY_FILES } from "../users/user-keys.ts";

const FILES = {
  ...SVID_FILES,
  verifyingKeys: USER_KEY_FILES.verifying,
  signingKey: USER_KEY_FILES.signing,
};
const HOUR_MS = 3_600_000;
export const TRUST_DOMAIN = "tidings.local";

/** An authority whose certificates begin an hour ago and end in an hour, unless told otherwise. */
export class TestAuthority {
  readonly bundle: string;
  readonly #authority: Authority;
  readonly #nowMs: number;

  private constructor(authority: Authority, nowMs: number) {
    this.#authority = authority;
    this.#nowMs = nowMs;
    this.bundle = authority.certificate.toString("pem");
  }

  static async create(nowMs = Date.now()): Promise<TestAuthority> {
    const authority = await createAuthority(TRUST_DOMAIN, nowMs - HOUR_MS, nowMs + 24 * HOUR_MS);
    return new TestAuthority(authority, nowMs);
  }

  /** Of one service, with what is different about it. */
  async svid(service: string, order: Partial<Order> = {}): Promise<SvidTexts> {
    const issued = await issue(this.#authority, {
      uris: [`spiffe://${TRUST_DOMAIN}/${service}`],
      beginsMs: this.#nowMs - HOUR_MS,
      endsMs: this.#nowMs + HOUR_MS,
      ...order,
    });
    return { ...issued, bundle: this.bundle };
  }
}

/** A folder of certificates, as TIDINGS_CERTS_DIR names one; deleted when it is disposed of. */
export class TestCertsFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TestCertsFolder> {
    return new TestCertsFolder(await mkdtemp(join(tmpdir(), "tidings-certs-")));
  }

  async write(service: string, texts: Partial<SvidTexts>): Promise<void> {
    const folder = join(this.path, service);
    await mkdir(folder, { recursive: true });
    for (const [part, text] of Object.entries(texts)) {
      await writeFile(join(folder, FILES[part as keyof SvidTexts]), text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
