import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./shell.ts";

const README_PAGE = "README.md";
export const README = pageOf(README_PAGE);

const BLOCK = /^```sh(?: (\w+))?\n([\s\S]*?)^```$/gm;

/** Every block of shell lines of a page, by the word behind its `sh`: that is the test which runs it. */
export function blocksOf(page = README_PAGE): { readonly tag: string; readonly text: string }[] {
  return [...pageOf(page).matchAll(BLOCK)].map(([, tag = "", text]) => ({ tag, text }));
}

/** The lines of all blocks of a page with this word. Throws Error when there are none. */
export function blockOf(tag: string, page = README_PAGE): string {
  const blocks = blocksOf(page).filter((block) => block.tag === tag);
  if (blocks.length === 0) throw new Error(`${page} has no block marked "sh ${tag}"`);
  return blocks.map(({ text }) => text).join("");
}

const FENCE = "```\n";

/** What a page says that the lines of this word print: the next block, which has no word. */
export function outputOf(tag: string, page: string): string {
  const text = pageOf(page);
  const lines = blockOf(tag, page);
  const behind = text.slice(text.indexOf(lines) + lines.length + FENCE.length);
  return /^```\n([\s\S]*?)^```$/m.exec(behind)?.[1] ?? "";
}

function pageOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

const WELL_KNOWN = 50_050;

/** The same lines for a mesh on other ports than the well-known ones. */
export function onPorts(lines: string, base: number): string {
  return lines
    .replaceAll(":8080", `:${base}`)
    .replaceAll(/:(5005[1-5])\b/g, (_, port) => `:${base + Number(port) - WELL_KNOWN}`)
    .replaceAll(/:(5006[1-5])\b/g, (_, port) => `:${base + Number(port) - WELL_KNOWN + 9}`);
}
