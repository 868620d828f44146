import { beforeAll, expect, it } from "vitest";
import type { Order } from "../../../../../tools/certs/authority.ts";
import { TestAuthority } from "../testing/certificates.ts";
import { type SvidTexts, svidOf } from "./svid.ts";

const NOW_MS = Date.UTC(2026, 10, 28, 12);
const HOUR_MS = 3_600_000;

let authority: TestAuthority;
let good: SvidTexts;
beforeAll(async () => {
  authority = await TestAuthority.create(NOW_MS);
  good = await authority.svid("post");
});

/** What is wrong with a certificate of post that differs so. */
async function problemWith(order: Partial<Order>): Promise<string | undefined> {
  const read = svidOf(await authority.svid("post", order), "post", NOW_MS);
  return "problem" in read ? read.problem : undefined;
}

it("takes a certificate with its key, of the service, from the authority", () => {
  expect(svidOf(good, "post", NOW_MS)).toMatchObject({
    value: { trustDomain: "tidings.local", service: "post", endsMs: NOW_MS + HOUR_MS },
  });
});

it.each<readonly [string, Partial<Order>, string]>([
  ["has ended", { endsMs: NOW_MS }, "ended at 2026-11-28T12:00:00.000Z"],
  ["begins later than clocks differ", { beginsMs: NOW_MS + 120_000 }, "begins at 2026-11-28T12:02"],
  ["is another service's", { uris: ["spiffe://tidings.local/friend"] }, "it must be post's"],
  [
    "has two URI names",
    { uris: ["spiffe://tidings.local/post", "spiffe://tidings.local/friend"] },
    "it has 2 URI names, not one",
  ],
  ["has none", { uris: [], dnsNames: ["post.tidings.local"] }, "no URI name"],
  ["has a wildcard for an id", { uris: ["spiffe://tidings.local/*"] }, "is a wildcard"],
  ["has a wildcard beside its id", { dnsNames: ["*.tidings.local"] }, "is a wildcard"],
  ["has an id with a query", { uris: ["spiffe://tidings.local/post?a"] }, "is no spiffe://"],
  ["has an id of two segments", { uris: ["spiffe://tidings.local/ns/post"] }, "is no spiffe://"],
  ["has an id of another scheme", { uris: ["https://tidings.local/post"] }, "is no spiffe://"],
  ["has a name that climbs", { uris: ["spiffe://tidings.local/.."] }, "is no spiffe://"],
  ["may sign others", { isAuthority: true }, "it is an authority's"],
])("refuses one that %s", async (_, order, problem) => {
  expect(await problemWith(order)).toContain(problem);
});

it("allows for clocks that differ a little", async () => {
  expect(await problemWith({ beginsMs: NOW_MS + 30_000 })).toBeUndefined();
});

it("refuses the key of another, and what another authority has signed", async () => {
  const other = await (await TestAuthority.create(NOW_MS)).svid("post");
  expect(svidOf({ ...good, key: other.key }, "post", NOW_MS)).toEqual({
    problem: "svid_key.pem is not the key of svid.pem",
  });
  expect(svidOf({ ...good, bundle: other.bundle }, "post", NOW_MS)).toEqual({
    problem: "no authority in svid_bundle.pem has signed svid.pem",
  });
});

it.each(["certificate", "key", "bundle"] as const)("names the file of a broken %s", (part) => {
  const texts = { ...good, [part]: good[part].slice(0, 60) };
  expect(svidOf(texts, "post", NOW_MS)).toEqual({
    problem: expect.stringMatching(/^svid\w*\.pem holds no PEM/),
  });
});
