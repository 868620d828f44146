import type { Parsed } from "../../../config/variable.ts";

/** Who a service is: spiffe://<trust domain>/<service>. */
export interface SpiffeId {
  readonly trustDomain: string;
  readonly service: string;
}

/** Of the SPIFFE standard's ids those that this mesh gives out: one segment, no port, no query. */
const SPIFFE_ID = /^spiffe:\/\/([a-z0-9._-]{1,255})\/([A-Za-z0-9._-]{1,64})$/;

export function parseSpiffeId(uri: string): Parsed<SpiffeId> {
  const [, trustDomain, service] = SPIFFE_ID.exec(uri) ?? [];
  if (!trustDomain || !service || /^\.{1,2}$/.test(service)) {
    return { problem: `"${uri}" is no spiffe://<trust domain>/<service>` };
  }
  return { value: { trustDomain, service } };
}

export function formatSpiffeId({ trustDomain, service }: SpiffeId): string {
  return `spiffe://${trustDomain}/${service}`;
}

/**
 * The SPIFFE id among a certificate's names, as Node writes them ("URI:spiffe://a/b, DNS:c"). The
 * X.509-SVID standard wants exactly one URI; a wildcard would be a name for many, so none is taken.
 */
export function spiffeIdOfNames(subjectAltName: string | undefined): Parsed<SpiffeId> {
  // Node quotes a name that could pass for several.
  if (subjectAltName?.includes('"')) return { problem: "its names hold quoted characters" };
  const names = subjectAltName ? subjectAltName.split(", ") : [];
  const wildcard = names.find((name) => name.includes("*"));
  if (wildcard !== undefined) return { problem: `"${wildcard}" is a wildcard` };
  const uris = names.filter((name) => name.startsWith("URI:"));
  const [uri] = uris;
  if (uri === undefined) return { problem: "it has no URI name, so no SPIFFE id" };
  if (uris.length > 1) return { problem: `it has ${uris.length} URI names, not one` };
  return parseSpiffeId(uri.slice("URI:".length));
}
