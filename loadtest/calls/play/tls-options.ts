import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { TlsOptions } from "../../drivers/connect-to.ts";
import type { TlsSpec } from "../spec/call-scenario.ts";

/** What a file is to hold, as PEM begins it. */
const HOLDS = {
  ca: [/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----/, "certificate"],
  cert: [/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----/, "certificate"],
  key: [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, "private key"],
} as const;

/** The files that TLS names, read. Rejects with a RangeError that names the field and the file that is wrong. */
export async function tlsOptions(tls: TlsSpec): Promise<TlsOptions> {
  const { ca, cert, key, serverName, insecure } = tls;
  const files = {
    ...(ca !== undefined && { ca: await pem("ca", ca) }),
    ...(cert !== undefined && { cert: await pem("cert", cert) }),
    ...(key !== undefined && { key: await pem("key", key) }),
  };
  try {
    createSecureContext(files);
  } catch (error) {
    throw unfit(tls, error as Error);
  }
  return {
    ...files,
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecure && { rejectUnauthorized: false }),
  };
}

async function pem(field: keyof typeof HOLDS, file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new RangeError(`tls.${field}: ${file} can't be read: ${error.message}.`);
  });
  const [begin, what] = HOLDS[field];
  if (begin.test(bytes.toString("latin1"))) return bytes;
  throw new RangeError(
    `tls.${field}: ${file} holds no ${what} as PEM, which begins with -----BEGIN.`,
  );
}

/** What OpenSSL says of files that it does not take together, or not at all. */
function unfit({ ca, cert, key }: TlsSpec, { message }: Error): RangeError {
  if (/key values mismatch|key type mismatch/.test(message)) {
    return new RangeError(`tls.key: ${key} is not the key of ${cert}.`);
  }
  const files = [ca, cert, key].filter((file) => file !== undefined).join(", ");
  return new RangeError(`tls: ${files} can't be used: ${message}.`);
}
