import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./shell.ts";

export const README = readFileSync(join(ROOT, "README.md"), "utf8");

const BLOCK = /^```sh(?: (\w+))?\n([\s\S]*?)^```$/gm;

/** Every block of shell lines, by the word behind its `sh`: that is the test which runs it. */
export const BLOCKS = [...README.matchAll(BLOCK)].map(([, tag = "", text]) => ({ tag, text }));

/** The lines of all blocks with this word. */
export function blockOf(tag: string): string {
  return BLOCKS.filter((block) => block.tag === tag)
    .map(({ text }) => text)
    .join("");
}

const WELL_KNOWN = 50_050;

/** The same lines for a mesh on other ports than the well-known ones. */
export function onPorts(lines: string, base: number): string {
  return lines
    .replaceAll(":8080", `:${base}`)
    .replaceAll(/:(5005[1-5])\b/g, (_, port) => `:${base + Number(port) - WELL_KNOWN}`)
    .replaceAll(/:(5006[1-5])\b/g, (_, port) => `:${base + Number(port) - WELL_KNOWN + 9}`);
}
