import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Browser,
  findChromium,
  type OpenPage,
  startChromium,
} from "../../loadtest/report/testing/chromium.ts";
import { EXAMPLES, exampleOf } from "../../loadtest/report/testing/examples.ts";
import { hostile } from "../../loadtest/report/testing/hostile.ts";
import { present } from "../../services/model/invariant.ts";

const MAIN = resolve(import.meta.dirname, "../../loadtest/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "tidings-report-page-"));
const page = join(folder, "page.html");
afterAll(() => rmSync(folder, { recursive: true }));

const results = [...EXAMPLES.map(({ result }) => result), hostile(exampleOf("failed"))];

let said = "";
beforeAll(async () => {
  const files = results.map((result, i) => {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, JSON.stringify(result));
    return file;
  });
  const args = [MAIN, "report", ...files, "--out", page];
  said = (await promisify(execFile)(process.execPath, args)).stdout;
});

it("is made of results of every kind and state", () => {
  expect(said).toBe(`Written: ${page}. Open it in a browser.\n`);
});

/** Chromium where there is one; what can be said of the page without is among the unit tests. */
const browsers = [findChromium()].filter((path) => path !== undefined);

describe.each(browsers)("in %s", (executable) => {
  let browser: Browser;
  let open: OpenPage;
  beforeAll(async () => {
    browser = await startChromium(executable);
    open = await browser.open(page);
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  const views = [390, 820, 1440].flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
  );

  it.each(views)("draws every chart, and fits: $width px, $scheme", async (view) => {
    await open.show(view);
    const seen = await open.evaluate<{ places: number; drawn: number; wide: number }>(`({
      places: document.querySelectorAll(".plot").length,
      drawn: [...document.querySelectorAll(".plot canvas")].filter((canvas) =>
        canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean),
      ).length,
      wide: document.documentElement.scrollWidth,
    })`);
    expect(seen.places).toBeGreaterThan(50);
    expect(seen.drawn).toBe(seen.places);
    expect(seen.wide).toBeLessThanOrEqual(view.width);
  });

  it("has the p99 of short names in sight on a phone, and breaks none of these", async () => {
    await open.show({ width: 390, scheme: "light" });
    const seen = await open.evaluate<{ right: number; lines: readonly number[] }>(`(() => {
      const [box] = [...document.querySelectorAll(".scroll")].filter(
        (one) => one.ariaLabel === "How long it took");
      const head = [...box.querySelectorAll("thead th")].find((th) => th.textContent === "p99");
      const linesOf = (th) => {
        const range = document.createRange();
        range.selectNodeContents(th);
        return range.getClientRects().length;
      };
      return { right: head.getBoundingClientRect().right,
        lines: [...box.querySelectorAll("tbody th")].map(linesOf) };
    })()`);
    expect(seen.right).toBeLessThanOrEqual(390);
    expect(new Set(seen.lines)).toEqual(new Set([1]));
  });

  it("shows the part that is dragged over, in all charts of the run", async () => {
    const [, second] = await pictures(2);
    const [box] = await open.evaluate<readonly { x: number; y: number; width: number }[]>(`
      (document.querySelector(".u-over").scrollIntoView({ behavior: "instant" }),
      [document.querySelector(".u-over").getBoundingClientRect().toJSON()])`);
    const at = (share: number) => ({ x: box.x + share * box.width, y: box.y + 40 });
    await open.drag(at(0.3), at(0.6));
    await open.show(present(views.at(-1)));
    expect((await pictures(2))[1]).not.toBe(second);
  });

  /** The first charts, as text. */
  const pictures = (count: number) =>
    open.evaluate<readonly string[]>(
      `[...document.querySelectorAll(".plot canvas")].slice(0, ${count}).map((c) => c.toDataURL())`,
    );

  it("hands a result out as it was", async () => {
    const text = await open.evaluate<string>(`new Promise((resolve) => {
      URL.createObjectURL = (blob) => (blob.text().then(resolve), "#");
      HTMLAnchorElement.prototype.click = () => {};
      document.querySelector("button[data-result]").click();
    })`);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(results[0])));
  });

  it("ran nothing that a result holds, asked no network, and had no error", async () => {
    expect(await open.evaluate("document.querySelectorAll('img, [onerror]').length")).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});
