import { crc32 } from "node:zlib";
import { DomainError } from "../../grpc/errors/errors.ts";

/** A value that is not what was written: a disk, or somebody, has changed it. */
export interface Damage {
  readonly table: string;
  readonly key: Buffer;
}

/** DATA_LOSS: what is stored under this key can't be trusted. Other keys are not touched by it. */
export class DamagedValueError extends DomainError {
  constructor({ table, key }: Damage) {
    super("DATA_LOSS", `what is stored in ${table} under ${key.toString("hex")} is damaged`);
  }
}

/** What `read` finds; undefined also when that is damaged. */
export function intact(read: () => Buffer | undefined): Buffer | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedValueError) return undefined;
    throw error;
  }
}

const CHECKSUM_BYTES = 4;

/** The value as it is stored: with a checksum of its key and itself behind it. */
export function sealed(key: Buffer, value: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(value.length + CHECKSUM_BYTES);
  stored.set(value);
  stored.writeUInt32LE(crc32(value, crc32(key)), value.length);
  return stored;
}

/** The value, a view of what is stored; undefined when it is damaged. */
export function unsealed(key: Buffer, stored: Buffer): Buffer | undefined {
  const end = stored.length - CHECKSUM_BYTES;
  if (end < 0) return undefined;
  const value = stored.subarray(0, end);
  return crc32(value, crc32(key)) === stored.readUInt32LE(end) ? value : undefined;
}
