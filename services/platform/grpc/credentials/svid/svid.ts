import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import type { Parsed } from "../../../config/variable.ts";
import { CLOCK_SKEW_MS } from "../clock-skew.ts";
import {
  type SigningKey,
  signingKeyOf,
  USER_KEY_FILES,
  verifyingKeysOf,
} from "../users/user-keys.ts";
import type { VerifyingKeys } from "../users/user-token.ts";
import { type Certified, certificatesOf, certifiedBy } from "./certificate.ts";
import { formatSpiffeId } from "./spiffe-id.ts";

/** The three files of an X.509-SVID, under the names that SPIRE's helper gives them. */
export const SVID_FILES = {
  certificate: "svid.pem",
  key: "svid_key.pem",
  bundle: "svid_bundle.pem",
} as const;

/** Their texts, and those of the keys of tokens for users, where there are any. */
export interface SvidTexts extends Readonly<Record<keyof typeof SVID_FILES, string>> {
  readonly verifyingKeys?: string;
  readonly signingKey?: string;
}

/** What tokens for users are checked with, and signed. */
export interface UserKeys {
  readonly verifying: VerifyingKeys;
  readonly signing: SigningKey | undefined;
}

/** A service's certificate with its key, and the authorities that it believes. */
export interface Svid extends Certified {
  readonly texts: SvidTexts;
  readonly userKeys: UserKeys;
}

/** Checks that the three belong together, to `service`, and to now. Every problem names its file. */
export function svidOf(texts: SvidTexts, service: string, nowMs: number): Parsed<Svid> {
  const chain = read(() => certificatesOf(texts.certificate));
  const key = read(() => createPrivateKey(texts.key));
  const bundle = read(() => certificatesOf(texts.bundle));
  const leaf = chain?.[0];
  if (!chain || !leaf) return { problem: `${SVID_FILES.certificate} holds no PEM certificate` };
  if (!key) return { problem: `${SVID_FILES.key} holds no PEM private key` };
  if (!bundle?.length) return { problem: `${SVID_FILES.bundle} holds no PEM certificate` };
  const certified = certifiedBy(leaf);
  const problem =
    "problem" in certified
      ? `${SVID_FILES.certificate} can't be used: ${certified.problem}`
      : (datesProblem(certified.value, nowMs) ??
        ownerProblem(certified.value, service) ??
        keyProblem(leaf, key) ??
        authorityProblem(chain, bundle));
  if (problem !== undefined) return { problem };
  if ("problem" in certified) return certified;
  const userKeys = read(() => userKeysOf(texts));
  if (!userKeys)
    return { problem: `${USER_KEY_FILES.verifying} or ${USER_KEY_FILES.signing} holds no keys` };
  const clean = { ...texts, certificate: pemOf(chain), bundle: pemOf(bundle) };
  return { value: { ...certified.value, texts: clean, userKeys } };
}

function userKeysOf({ verifyingKeys = "", signingKey = "" }: SvidTexts): UserKeys {
  return { verifying: verifyingKeysOf(verifyingKeys), signing: signingKeyOf(signingKey) };
}

/** OpenSSL overlooks a certificate that begins on the line on which another ends. */
function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((one) => one.toString()).join("");
}

function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    // What OpenSSL says of a file that is no PEM helps nobody.
    return undefined;
  }
}

function datesProblem({ beginsMs, endsMs }: Certified, nowMs: number): string | undefined {
  const at = (ms: number) => new Date(ms).toISOString();
  if (nowMs >= endsMs) {
    return `${SVID_FILES.certificate} ended at ${at(endsMs)}: have it issued anew, or see the clock`;
  }
  if (nowMs < beginsMs - CLOCK_SKEW_MS) {
    return `${SVID_FILES.certificate} begins at ${at(beginsMs)}: this clock says ${at(nowMs)}`;
  }
  return undefined;
}

function ownerProblem(certified: Certified, service: string): string | undefined {
  if (certified.service === service) return undefined;
  return `${SVID_FILES.certificate} is ${formatSpiffeId(certified)}: it must be ${service}'s`;
}

function keyProblem(leaf: X509Certificate, key: KeyObject): string | undefined {
  if (leaf.checkPrivateKey(key)) return undefined;
  return `${SVID_FILES.key} is not the key of ${SVID_FILES.certificate}`;
}

/** One authority of the bundle has signed the certificate, or the last of those that come with it. */
function authorityProblem(
  chain: readonly X509Certificate[],
  bundle: readonly X509Certificate[],
): string | undefined {
  const last = chain[chain.length - 1];
  const isKnown = bundle.some((one) => last.checkIssued(one) && last.verify(one.publicKey));
  if (isKnown) return undefined;
  return `no authority in ${SVID_FILES.bundle} has signed ${SVID_FILES.certificate}`;
}
