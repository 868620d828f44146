import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, issue } from "../../certs/authority.ts";
import { replace } from "../../certs/replace.ts";

/** What an engine that lets nobody in shows to those whom it lets in. */
export interface SecurePlace {
  readonly files: {
    readonly authority: string;
    readonly certificate: string;
    readonly key: string;
    /** Key and certificate in one file, as Cassandra wants them. */
    readonly chain: string;
    readonly password: string;
  };
  /** PEM text of the authority. */
  readonly authority: string;
  readonly user: string;
  readonly password: string;
}

const USER = "tidings";
const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;

/** The role that a new Cassandra has: it makes another, and may do nothing from then on. */
export const FIRST_ROLE = { username: "cassandra", password: "cassandra" };

/** Certificates, and a user with a password, for the engines of one folder. */
export async function createSecurePlace(folder: string, nowMs: number): Promise<SecurePlace> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const of = (name: string) => join(folder, name);
  const files = {
    authority: of("authority.pem"),
    certificate: of("certificate.pem"),
    key: of("key.pem"),
    chain: of("chain.pem"),
    password: of("password"),
  };
  const [beginsMs, endsMs] = [nowMs - DAY_MS, nowMs + LIFE_MS];
  const signer = await createAuthority("engines.local", beginsMs, endsMs);
  const own = { uris: [], dnsNames: ["localhost"], addresses: ["127.0.0.1"], beginsMs, endsMs };
  const { certificate, key } = await issue(signer, own);
  const authority = `${signer.certificate.toString("pem")}\n`;
  const password = randomBytes(24).toString("base64url");
  await replace(files.authority, authority);
  await replace(files.certificate, certificate);
  await replace(files.key, key);
  await replace(files.chain, `${key}${certificate}`);
  await replace(files.password, password);
  return { files, authority, user: USER, password };
}

/** How Cassandra's driver logs in. */
export function cqlAccess({ authority }: SecurePlace, credentials: typeof FIRST_ROLE) {
  return { credentials, sslOptions: { ca: authority, rejectUnauthorized: true } };
}
