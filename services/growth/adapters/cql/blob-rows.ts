import type { Cql } from "../../../platform/storage/cql/session.ts";
import { seal, unseal } from "../sealed.ts";

const PART_BYTES = 256 * 1_024;
const PUT = "INSERT INTO growth_blobs (name, part, bytes) VALUES (?, ?, ?)";
const GET = "SELECT part, bytes FROM growth_blobs WHERE name = ? AND part = ?";
const REMOVE = "DELETE FROM growth_blobs WHERE name = ?";

/** Blobs in parts that a node takes well. */
export class BlobRows {
  readonly #cql: Cql;

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  async put(name: string, content: Uint8Array): Promise<void> {
    const bytes = seal(content);
    for (let part = 0; part * PART_BYTES < bytes.length; part++) {
      const slice = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      await this.#cql.run(PUT, [name, part, slice]);
    }
  }

  /** @throws Error when it is not whole */
  async get(name: string): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let part = 0; ; part++) {
      const [row] = await this.#cql.run(GET, [name, part]);
      if (row === undefined) break;
      const bytes = row.bytes as Buffer;
      parts.push(bytes);
      if (bytes.length < PART_BYTES) break;
    }
    return unseal(name, Buffer.concat(parts));
  }

  async remove(name: string): Promise<void> {
    await this.#cql.run(REMOVE, [name]);
  }
}
