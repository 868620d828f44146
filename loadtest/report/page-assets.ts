import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { joinModules } from "./join-modules.ts";

/** What a page is made of besides its content: all of it inside the page. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  /** Of the library whose code is in `script`, as its licence asks. */
  readonly licence: string;
  /** What the page may do: run this script, use this style, and nothing from anywhere. */
  readonly policy: string;
}

/** In their order: later ones win. */
const STYLE_FILES = [
  "colours.css",
  "text.css",
  "verdict.css",
  "tables.css",
  "charts.css",
  "media.css",
] as const;

/** Reads the style sheet, the page's script (types stripped) and uPlot from this checkout. */
export function readPageAssets(): PageAssets {
  const uplot = dirname(dirname(createRequire(import.meta.url).resolve("uplot")));
  const read = (...path: readonly string[]) => readFileSync(join(...path), "utf8");
  const style = [
    read(uplot, "dist/uPlot.min.css"),
    ...STYLE_FILES.map((file) => read(import.meta.dirname, "style", file)),
  ].join("\n");
  const script = [
    read(uplot, "dist/uPlot.iife.min.js"),
    joinModules(join(import.meta.dirname, "client/main.ts")),
  ].join("\n");
  return {
    style,
    script,
    licence: read(uplot, "LICENSE"),
    policy: [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ].join("; "),
  };
}

/** As a policy names an element's content. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
