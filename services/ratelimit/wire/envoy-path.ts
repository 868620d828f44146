import { createHash } from "node:crypto";
import { type LimitPath, MAX_SEGMENT_CHARACTERS } from "../domain/limits/path.ts";

interface Entry {
  readonly key: string;
  readonly value: string;
}

const DIGEST_CHARACTERS = 24;

/**
 * The node of a descriptor: its domain, then "key=value" for each entry, as in
 * "edge/path=%2Ffoo/remote_address=10.0.0.1". Other characters become %XX, and so does "=" in a key: two
 * descriptors are two nodes. An empty key is "=value". What is then too long for a segment keeps its key and the SHA-256 of its value;
 * a key that is too long itself is cut, and part of the SHA-256.
 */
export function descriptorPath(domain: string, entries: readonly Entry[]): LimitPath {
  return [
    segmentOf("", domain),
    ...entries.map(({ key, value }) => segmentOf(`${escaped(key).replaceAll("=", "%3D")}=`, value)),
  ].join("/");
}

/** The node of a quota bucket, whose entries have no order: by their keys. */
export function bucketPath(domain: string, bucket: Readonly<Record<string, string>>): LimitPath {
  const entries = Object.entries(bucket).sort(([a], [b]) => (a < b ? -1 : 1));
  return descriptorPath(
    domain,
    entries.map(([key, value]) => ({ key, value })),
  );
}

function segmentOf(prefix: string, value: string): string {
  const whole = `${prefix}${escaped(value)}`;
  if (whole.length <= MAX_SEGMENT_CHARACTERS) return whole;
  const kept = prefix.slice(0, MAX_SEGMENT_CHARACTERS - DIGEST_CHARACTERS);
  const digested = kept === prefix ? value : `${prefix}${value}`;
  const digest = createHash("sha256").update(digested).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${kept}${digest}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]|%3A|%40|%3D/g,
    (found) => KEPT[found] ?? `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const KEPT: Readonly<Record<string, string>> = { "%3A": ":", "%40": "@", "%3D": "=" };
