import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Browser,
  findChromium,
  type OpenPage,
  startChromium,
} from "../../loadtest/report/testing/chromium.ts";
import { type ConsoleMesh, READER, startConsoleMesh } from "../support/mesh/console-mesh.ts";

let running: ConsoleMesh;
let origin: string;
let token: string;
let post: bigint;
beforeAll(async () => {
  running = await startConsoleMesh();
  ({ origin, token, post } = running);
});
afterAll(() => running.end());

const browsers = [findChromium()].filter((path) => path !== undefined);

describe.each(browsers)("in %s", (executable) => {
  let browser: Browser;
  let open: OpenPage;
  beforeAll(async () => {
    browser = await startChromium(executable);
    open = await browser.open(`${origin}/console`);
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  const heading = () => open.evaluate<string>("document.querySelector('h1').textContent");
  const focused = () =>
    open.evaluate<string>("document.activeElement.textContent.trim() || document.activeElement.id");

  /** Presses Tab until the focus is on what has this text or id. */
  async function tabTo(what: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await open.press("Tab");
      if ((await focused()) === what) return;
    }
    throw new Error(`Tab does not lead to ${what}`);
  }

  it("is opened, searched and left by keyboard alone", async () => {
    expect(await heading()).toBe("Tidings console");
    expect(await focused()).toBe("token");
    await open.type(token);
    await open.load(() => open.press("Enter"));
    expect(await heading()).toBe("The mesh");
    await open.press("Tab");
    expect(await focused()).toBe("To the content");
    await tabTo("find-id");
    await open.type(String(post));
    await open.load(() => open.press("Enter"));
    expect(await heading()).toBe(`Post ${post}`);
    // A process of a busy machine may not have answered in time.
    while (await open.evaluate<boolean>("document.querySelector('.problems') !== null"))
      await open.load(() => open.evaluate("void location.reload()"));
    await tabTo(String(READER));
    await open.load(() => open.press("Enter"));
    expect(await heading()).toBe(`Timeline of ${READER}`);
    await tabTo("Map");
    await open.load(() => open.press("Enter"));
    expect(await heading()).toBe("The mesh");
  });

  it("keeps up with the mesh by itself, and stops when told to", async () => {
    const reads = () =>
      open.evaluate<string>("document.getElementById('content').dataset.read ?? '0'");
    await open.evaluate(`new Promise((resolve) => {
      const main = document.getElementById("content");
      new MutationObserver(() => main.dataset.read && resolve()).observe(main, { attributes: true });
      if (main.dataset.read) resolve();
    })`);
    expect(Number(await reads())).toBeGreaterThan(0);
    await tabTo("Live: on");
    await open.press("Enter");
    expect(await focused()).toBe("Live: off");
  });

  const views = [390, 820, 1440].flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
  );

  it.each(views)("fits, and can be read: $width px, $scheme", async (view) => {
    for (const path of running.pages) {
      await open.load(() => open.evaluate(`void (location.href = "${origin}/console${path}")`));
      await open.show(view);
      const seen = await open.evaluate<{ wide: number; faint: readonly string[] }>(`({
        wide: document.documentElement.scrollWidth,
        faint: (${faintTexts})(),
      })`);
      expect([path, seen.faint]).toEqual([path, []]);
      expect([path, seen.wide <= view.width]).toEqual([path, true]);
    }
  });

  it("asked no other server, and had no error", () => {
    expect(open.complaints).toEqual([]);
  });
});

/** Runs in the page: texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3). */
const faintTexts = `() => {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] === undefined || colour[3] > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const node of document.querySelectorAll("a, p, td, th, dt, dd, li, h1, h2, button, label, small, span")) {
    if (node.textContent.trim() === "" || node.getClientRects().length === 0) continue;
    if (node.classList.contains("unseen")) continue;
    const [a, b] = [numbers(getComputedStyle(node).color), behind(node)].map(luminance);
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.add(node.textContent.trim().slice(0, 40));
  }
  return [...faint];
}`;
