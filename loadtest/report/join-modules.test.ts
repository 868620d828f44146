import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { afterAll, expect, test } from "vitest";
import { joinModules } from "./join-modules.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-join-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, ...lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

test("each module comes once, after what it needs, without types", () => {
  write("base.ts", "export interface Size { a: number }", "export const BASE: number = 20;");
  write("twice.ts", 'import { BASE } from "./base.ts";', "export const TWICE = 2 * BASE;");
  write("thrice.ts", 'import { BASE } from "./base.ts";', "export const THRICE = 3 * BASE;");
  const entry = write(
    "entry.ts",
    'import lib from "lib";',
    "import {",
    "  type Size,",
    "  BASE,",
    '} from "./base.ts";',
    'import { TWICE } from "./twice.ts";',
    'import { THRICE } from "./thrice.ts";',
    "const size: Size = { a: lib(TWICE) + THRICE + BASE };",
    "size.a;",
  );
  const script = joinModules(entry);
  expect(script.match(/BASE +=/g)).toHaveLength(1);
  expect(new Script(script).runInNewContext({ lib: (n: number) => n + 1 })).toBe(121);
});

test("an import of another form is refused rather than lost", () => {
  const entry = write("odd.ts", 'import * as all from "./base.ts";', "all;");
  expect(() => joinModules(entry)).toThrow('"import * as all from "./base.ts";" is an import that');
});

test("the page's own script is one scope without a name twice", () => {
  const script = joinModules(join(import.meta.dirname, "client/main.ts"));
  expect(script).not.toMatch(/^(import|export)\b/m);
  expect(() => new Script(`"use strict"; { ${script} }`)).not.toThrow();
});
