import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, resolve } from "node:path";

const IMPORT = /^import \{[^}]*\} from "(\.{1,2}\/[^"]+)";$/gm;
const GLOBAL_IMPORT = /^import \w+ from "[\w-]+";$/gm;

/**
 * A module and all that it imports as one script, each module once and after those it needs. They share
 * one scope: names at the top of the modules differ, and none is renamed where it is imported. Packages
 * (`import uPlot from "uplot"`) must be there as global names.
 */
export function joinModules(entry: string): string {
  const joined = new Map<string, string>();
  const visit = (file: string) => {
    if (joined.has(file)) return;
    joined.set(file, ""); // a circle ends here; the boundaries check forbids them
    const source = withoutTypes(readFileSync(file, "utf8"));
    for (const [, path] of source.matchAll(IMPORT)) visit(resolve(dirname(file), path));
    const text = source
      .replace(IMPORT, "")
      .replace(GLOBAL_IMPORT, "")
      .replace(/^export /gm, "");
    const [odd] = /^import\b.*/m.exec(text) ?? [];
    if (odd) throw new RangeError(`${file}: "${odd}" is an import that joinModules does not know.`);
    joined.delete(file); // to the end: after what it imports
    joined.set(file, text.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n"));
  };
  visit(resolve(entry));
  return [...joined.values()].join("\n");
}

/** The function is there to stay, but warns each time that it is new: nobody at a terminal needs that. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
