import { createHmac } from "node:crypto";
import type { Id } from "../../../erasure/ports.ts";
import type { UserId } from "../../model/ids.ts";
import { type Certificate, MAX_HASH, type Tally } from "./job.ts";

const HASH_HEX = 32;

/**
 * Hashes keyed with the service's secret (HMAC-SHA256, 128 bits): without it an id of 63 bits would be found
 * by trying all. Whoever destroys the secret makes every certificate and job id anonymous.
 */
export class Hashes {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  jobId(user: UserId): string {
    return this.#of("job", String(user));
  }

  subject(user: UserId): string {
    return this.#of("subject", String(user));
  }

  tally(table: string, ids: readonly Id[]): Tally {
    let hash = 0n;
    for (const id of ids) hash += BigInt(`0x${this.#of("item", `${table}\0${id}`)}`);
    return { count: ids.length, hash: hash & MAX_HASH };
  }

  sign(certificate: Omit<Certificate, "signature">): string {
    const tables = Object.entries(certificate.tables)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([table, { count, hash }]) => `${table} ${count} ${hash}`);
    return this.#of(
      "certificate",
      [certificate.subjectHash, certificate.doneMs, ...tables].join("\n"),
    );
  }

  isAuthentic({ signature, ...signed }: Certificate, user: UserId): boolean {
    return signature === this.sign(signed) && signed.subjectHash === this.subject(user);
  }

  #of(purpose: string, text: string): string {
    const hmac = createHmac("sha256", this.#secret).update(`${purpose}\0${text}`);
    return hmac.digest("hex").slice(0, HASH_HEX);
  }
}
