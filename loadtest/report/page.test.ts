import { gunzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { anyTarget } from "../calls/play/any-target.ts";
import { calls } from "../calls/spec/define.ts";
import type { Result } from "../results/read-result.ts";
import { renderPage } from "./page.ts";
import { capacityFixture } from "./testing/capacity-fixture.ts";
import { EXAMPLES, exampleOf } from "./testing/examples.ts";
import { HOSTILE, hostile } from "./testing/hostile.ts";
import { runFixture } from "./testing/run-fixture.ts";

const pageOf = (...results: readonly Result[]) =>
  renderPage(results.map((result, i) => ({ file: `${i}.json`, result })));

/** The tags of a page, without what is inside scripts and styles. */
function tagsOf(page: string): readonly string[] {
  const markup = page.replace(/(<(script|style)\b[^>]*>)[\s\S]*?<\/\2>/g, "$1");
  return markup.match(/<[a-z][^>]*>/g) ?? [];
}

function resultsIn(page: string): readonly unknown[] {
  const packed = page.matchAll(/<script type="application\/gzip"[^>]*>([^<]*)<\/script>/g);
  return [...packed].map(([, text]) =>
    JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString()),
  );
}

describe.each(EXAMPLES.map(({ name, result }) => [name, result] as const))("%s", (_, result) => {
  const page = pageOf(result);

  it("asks for nothing outside the page", () => {
    const references = tagsOf(page).flatMap((tag) => [
      ...tag.matchAll(/\s(?:src|srcset|href|action|data|poster|background)="([^"]*)"/g),
    ]);
    for (const [, target] of references) expect(target).toMatch(/^(#|data:,$)/);
    expect(page).not.toMatch(
      /@import|url\(|\bfetch\(|XMLHttpRequest|import\(|sendBeacon|WebSocket/,
    );
    expect(page).toContain(`content="default-src &#39;none&#39;`);
  });

  it("gives its result back", () => {
    expect(resultsIn(page)).toEqual([JSON.parse(JSON.stringify(result))]);
  });

  it("shows no value that is none", () => {
    const text = page.replace(/<(script|style|pre)\b[\s\S]*?<\/\1>/g, "").replace(/<[^>]*>/g, " ");
    expect(text).not.toMatch(/undefined|\bNaN\b|\[object|Infinity|\bnull\b/);
  });

  it("keeps text text, whatever it holds", () => {
    const attacked = pageOf(hostile(result));
    expect(attacked).not.toContain(HOSTILE);
    const names = (html: string) => tagsOf(html).map((tag) => present(/^<\w+/.exec(tag))[0]);
    const known = new Set(names(page));
    expect(names(attacked).filter((name) => !known.has(name))).toEqual([]);
    const attributes = tagsOf(attacked).map((tag) => tag.replace(/"[^"]*"/g, ""));
    expect(attributes.filter((tag) => /\son\w+=/.test(tag))).toEqual([]);
    expect(attacked.split("<script").length).toBe(page.split("<script").length);
  });
});

test("the verdict comes first, with its reasons", () => {
  const page = pageOf(exampleOf("failed"));
  const at = (text: string) => page.indexOf(text);
  expect(at("FAILED: lost == 0: it was 3.")).toBeGreaterThan(0);
  expect(at("FAILED: lost == 0: it was 3.")).toBeLessThan(at("<table"));
});

test("a time that the generator was too late to know is no number, and says why", () => {
  const page = pageOf(exampleOf("invalid"));
  expect(page).toMatch(/<p class="word">INVALID<\/p>/);
  expect(page).toMatch(
    /<td[^>]*><strong class="invalid">INVALID<\/strong> [\d.]+ [mµu]?s to [\d.]+ m?s<\/td>/,
  );
  expect(page).toMatch(/timeline\.get response p50: the generator itself was [^<]+ is allowed/);
});

test("a run that ended early has not passed, and keeps what it measured", () => {
  const result = exampleOf("ended early");
  const page = pageOf(result);
  expect(result).toMatchObject({ verdict: { outcome: "passed" } });
  expect(page).toMatch(/<p class="word">INCOMPLETE<\/p>\s*<p>The target died:/);
  expect(page).not.toContain('<section class="verdict good"');
});

test("what is not known is said, rather than shown as zero", () => {
  const page = pageOf(exampleOf("not started here"));
  expect(page).toContain("nothing is known of its processes");
  expect(page).toContain("Not known: the target was not started here.");
  expect(page).not.toContain("Target&#39;s CPU");
});

test("several results share a page, with what came of each on top", () => {
  const page = pageOf(exampleOf("failed"), exampleOf("capacity"));
  expect(page.match(/<article /g)).toHaveLength(2);
  expect(page).toMatch(/<ol class="overview">.*FAILED.*11\.5M to 12\.2M daily users/s);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(resultsIn(page)).toHaveLength(2);
});

test("of a target that is no mesh only what can be known is shown, and where it is", () => {
  const at = (address: string) => ({
    ...runFixture({ seconds: 5, isForeign: true }),
    target: anyTarget({ target: { addresses: [address], protocol: "grpc" } }).description,
  });
  const page = pageOf(at("localhost:1111"), at("localhost:2222"));
  const shown = page.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, "");
  expect(shown).not.toMatch(/unknown|commit|>Fill<|Waiting in the target/);
  const [overview] = /<ol class="overview">.*?<\/ol>/s.exec(page) ?? [""];
  for (const port of [1111, 2222]) {
    expect(overview).toMatch(new RegExp(`localhost:${port}, 21 November 2026 at 13:27 UTC`));
  }
});

test("of calls tags are shown, and what is to be said of their answers", () => {
  const run = runFixture({ seconds: 5, isForeign: true });
  const target = { addresses: ["localhost:1111"], protocol: "http/1.1" } as const;
  const steps = run.measured.operations.map((_, i) => ({
    request: "GET /",
    ...(i === 1 && { tags: { team: "search", tier: "1" } }),
  }));
  const said = "GET /: 7 answers say that it is elsewhere.";
  const page = pageOf({
    ...run,
    target: anyTarget({ target }).description,
    scenario: calls({ target, flows: [{ steps }], perSecond: 5 }),
    probes: [said],
  });
  expect(page).toMatch(/<h3>Seen besides<\/h3>.*GET \/: 7 answers say that it is elsewhere/s);
  expect(page).toMatch(/<th scope="row">post.batchGet<\/th><td>team=search; tier=1<\/td>/);
});

test("a step of a search says why it was tried, and what of its answers is to be said", () => {
  const { steps, ...found } = capacityFixture();
  const [first, ...others] = steps;
  const told = { ...first, why: "the load to begin with", said: ["All say it is elsewhere."] };
  const page = pageOf({ ...found, steps: [told, ...others] });
  expect(page).toContain('<div class="sentence">the load to begin with</div>');
  expect(page).toMatch(/<li>Step 1: .*All say it is elsewhere\./);
});

test("a page of ten minutes stays below 1 MB", () => {
  const page = pageOf(runFixture({ seconds: 600, perSecond: 500 }));
  expect(page.length).toBeLessThan(1_000_000);
});
