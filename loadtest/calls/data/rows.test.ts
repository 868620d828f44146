import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readRows } from "./rows.ts";

const folder = mkdtempSync(join(tmpdir(), "load-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return readRows({ file });
};

it.each(["csv", "json", "ndjson"])("a .%s file may begin with a byte order mark", async (kind) => {
  const text = { csv: "a\r\n1\r\n", json: '[{"a":"1"}]', ndjson: '{"a":"1"}\n' }[kind];
  expect(await rowsOf(`marked.${kind}`, `\ufeff${text}`)).toBeDefined();
});

it("two columns of one name are refused: the second would stand for both", async () => {
  await expect(rowsOf("twice.csv", "user,user\na,b\n")).rejects.toThrow(
    /twice\.csv can't be read: .*two columns "user"/,
  );
});
