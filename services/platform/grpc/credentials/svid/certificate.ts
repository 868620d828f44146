import { X509Certificate } from "node:crypto";
import type { Parsed } from "../../../config/variable.ts";
import { type SpiffeId, spiffeIdOfNames } from "./spiffe-id.ts";

/** What a certificate says of whoever holds its key. */
export interface Certified extends SpiffeId {
  /** When it begins and ends, ms since the Unix epoch. */
  readonly beginsMs: number;
  readonly endsMs: number;
}

/** Reads a leaf certificate, which somebody else has verified. */
export function certifiedBy(leaf: X509Certificate): Parsed<Certified> {
  if (leaf.ca) return { problem: "it is an authority's, and must not speak for a service" };
  const id = spiffeIdOfNames(leaf.subjectAltName);
  if ("problem" in id) return id;
  const { validFromDate, validToDate } = leaf;
  return {
    value: { ...id.value, beginsMs: validFromDate.getTime(), endsMs: validToDate.getTime() },
  };
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in its order. Throws when one can't be read. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  return (pem.match(PEM_CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
}
