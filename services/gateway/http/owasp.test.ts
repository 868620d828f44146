import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../platform/clock/system-clock.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const WHOLE_FILE = "all of it";

/** The rows of the document's tables, cell by cell. */
const rows = readFileSync(resolve(ROOT, "docs/owasp.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (`|\w \|)/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const routes = rows.filter(([first]) => first.startsWith("`"));
const tests = rows.filter(([first]) => !first.startsWith("`"));

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest({}, systemClock, true);
});
afterAll(() => test[Symbol.asyncDispose]());

describe("docs/owasp.md", () => {
  it("has every route that takes a token, and no other", () => {
    const { paths = {} } = test.gateway.app.swagger();
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `\`${method.toUpperCase()} ${path}\``),
    );
    const named = [...routes.map(([route]) => route), "`GET /healthz`"];
    expect(named.toSorted()).toEqual(served.toSorted());
  });

  it("names tests that are there, and names each", () => {
    for (const [, file, title] of tests) {
      const text = readFileSync(resolve(ROOT, file), "utf8");
      if (title !== WHOLE_FILE) expect(text, file).toContain(title);
    }
    const cited = new Set(
      routes.flatMap(([, ...cells]) => cells.flatMap((cell) => cell.split(","))),
    );
    cited.delete("·");
    expect([...cited].toSorted()).toEqual(tests.map(([key]) => key).toSorted());
  });
});
