import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PHYSICAL_TABLES } from "../../services/erasure/domain/tables.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NAMES = [
  /CREATE TABLE IF NOT EXISTS ((?:\w|\$\{[^}]*\})+)/g,
  /\btable\("([\w/-]+)"\)/g,
  /\btable\(`([^`]+)`\)/g,
];

/** The names of tables that a file makes or opens; `*` for what is put in. */
export function tablesIn(code: string): readonly string[] {
  const names = NAMES.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name));
  return [...new Set(names.map((name) => name.replace(/\$\{[^}]*\}/g, "*")))].sort();
}

/** Tables of the services of which nobody has said what erasing a person does to them. */
export function undeclared(): readonly string[] {
  const files = globSync("services/**/*.ts", { cwd: ROOT });
  return files
    .filter((file) => !/[.]test[.]ts$|\/testing\/|^services\/erasure\/domain\/tables/.test(file))
    .flatMap((file) =>
      tablesIn(readFileSync(join(ROOT, file), "utf8"))
        .filter((name) => !Object.hasOwn(PHYSICAL_TABLES, name))
        .map((name) => `${file}: table ${name}`),
    );
}
