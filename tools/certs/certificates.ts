import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CALLERS, type Caller } from "../../services/model/callers.ts";
import { SVID_FILES } from "../../services/platform/grpc/credentials/svid/svid.ts";
import { USER_KEY_FILES } from "../../services/platform/grpc/credentials/users/user-keys.ts";
import { type Authority, createAuthority, issue, pemOf, readAuthority } from "./authority.ts";
import { replace } from "./replace.ts";
import { nextUserKeys } from "./user-keys.ts";

export interface CertificatesOptions {
  /** Where the authority and a folder for each service are kept. */
  readonly folder: string;
  readonly trustDomain: string;
  /** How long a service's certificate lasts, ms. */
  readonly lifeMs: number;
  readonly nowMs: number;
}

export const TRUST_DOMAIN = "tidings.local";
/** The only one that speaks for users. */
const SIGNER: Caller = "gateway";
const AUTHORITY_LIFE_MS = 3_650 * 86_400_000;
/** Machines whose clocks are behind take the certificate all the same. */
const BACKDATED_MS = 60_000;
const AUTHORITY_FILES = { certificate: "authority.pem", key: "authority_key.pem" };

/**
 * Makes a certificate for every service and tool, signed by the folder's authority, which is made when it
 * is not there. Processes that run take the new ones up by themselves. Returns for whom.
 */
export async function makeCertificates(options: CertificatesOptions): Promise<readonly string[]> {
  const { folder, trustDomain, lifeMs, nowMs } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await authorityOf(options);
  const bundle = authority.certificate.toString("pem");
  const userKeys = await nextUserKeys(folder);
  for (const service of CALLERS) {
    const { certificate, key } = await issue(authority, {
      uris: [`spiffe://${trustDomain}/${service}`],
      // For grpcurl and browsers, which look at no URI.
      dnsNames: ["localhost"],
      addresses: ["127.0.0.1"],
      beginsMs: nowMs - BACKDATED_MS,
      endsMs: nowMs + lifeMs,
    });
    const own = join(folder, service);
    await mkdir(own, { recursive: true, mode: 0o700 });
    await replace(join(own, SVID_FILES.bundle), bundle);
    await replace(join(own, SVID_FILES.key), key);
    await replace(join(own, USER_KEY_FILES.verifying), userKeys.verifying);
    if (service === SIGNER) await replace(join(own, USER_KEY_FILES.signing), userKeys.signing);
    await replace(join(own, SVID_FILES.certificate), certificate);
  }
  return CALLERS;
}

async function authorityOf({
  folder,
  trustDomain,
  nowMs,
}: CertificatesOptions): Promise<Authority> {
  const files = [AUTHORITY_FILES.certificate, AUTHORITY_FILES.key].map((name) =>
    join(folder, name),
  );
  const [certificateFile, keyFile] = files;
  try {
    const [certificate, key] = await Promise.all(files.map((file) => readFile(file, "utf8")));
    return await readAuthority(certificate, key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = await createAuthority(trustDomain, nowMs - BACKDATED_MS, nowMs + AUTHORITY_LIFE_MS);
  await replace(keyFile, await pemOf(made.key));
  await replace(certificateFile, made.certificate.toString("pem"));
  return made;
}
