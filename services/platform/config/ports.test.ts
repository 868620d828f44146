import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { defaultPorts, NEIGHBOURS } from "./ports.ts";

const BASE = 10_000;

it.each(NEIGHBOURS)("the page of %s says where it listens", (name) => {
  const { port, metricsPort } = defaultPorts({})[name];
  const moved = defaultPorts({ TIDINGS_PORT_BASE: String(BASE) })[name];
  const page = readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), "utf8");
  const said = page.replaceAll(/\s+/g, " ");
  expect(said).toContain(
    `port ${port} (\`TIDINGS_PORT_BASE\` + ${moved.port - BASE}), ` +
      `metrics on ${metricsPort} (+ ${moved.metricsPort - BASE})`,
  );
});
