import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { rawMethod } from "../loadtest/drivers/http2/connection.ts";
import { median } from "../loadtest/measure/median.ts";
import { CREATE_POST_LOOP, CREATE_POST_PATH, nextMessage } from "./create-post.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { type LoopResult, runClosedLoop } from "./support/closed-loop.ts";
import type { Benchmark, Row } from "./support/table.ts";

/** Short and many, in another order each: what else the machine does falls on all alike. */
const ROUNDS = 14;
const ROUND = { warmUpMs: 500, measureMs: 2_000 };
const MILLION = 1_000_000;

/** What traces cost the post service: server CPU of CreatePost with and without, by turns. */
export const tracing: Benchmark = {
  name: "tracing",
  about: "CreatePost with 1% and all of it traced, against none: server CPU",
  async run() {
    const message = nextMessage();
    await using receiver = await startReceiver();
    const traced = (perMillion: number) => ({
      TIDINGS_TRACES_URL: receiver.url,
      TIDINGS_TRACES_PER_MILLION: String(perMillion),
    });
    const meshes = await Promise.all([
      startBenchMesh(["post"]),
      startBenchMesh(["post"]),
      startBenchMesh(["post"], traced(0.01 * MILLION)),
      startBenchMesh(["post"], traced(MILLION)),
    ]);
    const results: LoopResult[][] = meshes.map(() => []);
    try {
      const measure = (i: number, spans: typeof ROUND) => {
        const address = meshes[i].address("post");
        const { pid } = meshes[i].process("post");
        const method = (to: Parameters<typeof rawMethod>[0]) => rawMethod(to, CREATE_POST_PATH);
        return runClosedLoop({ ...CREATE_POST_LOOP, ...spans, address, pid, method, message });
      };
      // Just started, none is as fast as it becomes.
      for (const i of meshes.keys()) await measure(i, CREATE_POST_LOOP);
      for (let round = 0; round < ROUNDS; round++) {
        for (const place of meshes.keys()) {
          const i = (place + round) % meshes.length;
          results[i].push(await measure(i, ROUND));
        }
      }
    } finally {
      await Promise.all(meshes.map((mesh) => mesh.stop()));
    }
    const [off, alike, some, all] = results;
    return [
      row("CreatePost, not traced, against itself: the noise", alike, off, "1.00x"),
      row("CreatePost, 1% traced", some, off, "at most 1.03x"),
      row("CreatePost, all traced", all, off, "known"),
    ];
  },
};

/** The median of the rounds' ratios, each of neighbours in time. */
function row(
  what: string,
  traced: readonly LoopResult[],
  off: readonly LoopResult[],
  aim: string,
): Row {
  const ratios = traced.map((one, i) => one.cpuMicrosPerCall / off[i].cpuMicrosPerCall);
  const [us, without] = [traced, off].map((all) => median(all.map((one) => one.cpuMicrosPerCall)));
  const sorted = ratios.toSorted((a, b) => a - b);
  const middle = [0.25, 0.75].map((share) => sorted[Math.floor(share * sorted.length)].toFixed(3));
  const measured =
    `${us.toFixed(1)} us CPU a call (not traced ${without.toFixed(1)}); ` +
    `the middle half of ${ratios.length} rounds ${middle.join(" to ")}`;
  return { what, measured, ratio: `${median(ratios).toFixed(3)}x`, aim };
}

/** Takes spans and looks at none. */
async function startReceiver(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
