import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Benchmark, Row } from "../../support/table.ts";
import { type Said, truthOf } from "./said.ts";
import { TOOLS, type Tool } from "./tools.ts";
import { TRUTHS, type Truth } from "./truths.ts";

const SECONDS = 3;

/** Each tool's word on servers of which the truth is known. */
export const honesty: readonly Benchmark[] = (["http", "grpc"] as const).map((protocol) => ({
  name: `honesty-${protocol}`,
  about: `What ${toolsOver(protocol)
    .map(({ name }) => name)
    .join(", ")} say of servers whose truth is known, over ${protocol}`,
  async run() {
    const rows: Row[] = [];
    for (const truth of TRUTHS) {
      for (const tool of toolsOver(protocol)) rows.push(row(truth, tool, await ask(truth, tool)));
    }
    return rows;
  },
}));

function toolsOver(protocol: Tool["protocol"]): readonly Tool[] {
  return TOOLS.filter((tool) => tool.protocol === protocol);
}

/** A server of its own for each: what one tool did to it is not for the next. */
async function ask({ name, perSecond }: Truth, tool: Tool): Promise<Said> {
  const server = fork(join(import.meta.dirname, "truth-server.ts"), [name]);
  const [ports] = (await once(server, "message")) as [Record<Tool["protocol"], number>];
  try {
    const address = `127.0.0.1:${ports[tool.protocol]}`;
    return await tool.run({ address, perSecond, seconds: SECONDS });
  } finally {
    server.disconnect();
    await once(server, "exit");
  }
}

function row(asked: Truth, tool: Tool, said: Said): Row {
  const truth = truthOf(asked, SECONDS);
  return {
    what: `${asked.name}: ${asked.about}; ${tool.name}`,
    measured: `${figures(said)} of ${said.calls} calls (truth: ${figures(truth)} of ${truth.calls})`,
    ratio: Number.isNaN(said.p99Ms) ? "" : `p99 ${(said.p99Ms / truth.p99Ms).toFixed(2)}x`,
    aim: tool.name === "load run" ? "within 5%, and the failures exact" : "",
  };
}

function figures({ p50Ms, p99Ms, failedShare }: Said): string {
  return `p50 ${known(p50Ms)}, p99 ${known(p99Ms)} ms, ${(100 * failedShare).toFixed(1)}% failed`;
}

function known(ms: number): string {
  return Number.isNaN(ms) ? "INVALID" : ms.toFixed(1);
}
