import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { afterEach, expect, test } from "vitest";
import { startNullServer } from "../../loadtest/drivers/null-server/start.ts";
import type { Verdict } from "../../loadtest/measure/verdict.ts";
import { present } from "../../services/model/invariant.ts";

const GENERATOR = new URL("../../loadtest/run/testing/paced-generator.ts", import.meta.url);
/** The least that a process can want. */
const LOWEST_PRIORITY = 19;
/** The run takes 3 s; what it could not send by then, it sends when the hogs are gone. */
const HOG_SECONDS = 4;
const HOGS_PER_CORE = 4;
const HELD_MS = 300;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A generator's run against a server that does nothing; `starve` begins with its first step. */
async function verdictOf(
  starve: (generator: ChildProcess) => void,
  niceness = 0,
): Promise<Verdict> {
  const { address, stop } = await startNullServer();
  closing.push(stop);
  const generator = fork(GENERATOR, [address, String(niceness)]);
  const ended = once(generator, "exit");
  closing.push(() => {
    generator.kill("SIGKILL"); // also ends one that is stopped
    return ended;
  });
  const said = async () => (await Promise.race([once(generator, "message"), ended]))[0];
  expect(await said()).toBe("ready");
  generator.send("go");
  expect(await said()).toBe("started");
  starve(generator);
  return (await said()) as Verdict;
}

function expectInvalid({ outcome, reasons }: Verdict): void {
  expect(outcome, reasons.join("\n")).toBe("invalid");
  expect(reasons.join()).toMatch(/the generator (itself was|was too slow)/);
}

test("a generator among hogs of higher priority comes out INVALID", async () => {
  const hog = () => spawn("timeout", [String(HOG_SECONDS), "sh", "-c", "while :; do :; done"]);
  const verdict = await verdictOf(() => {
    for (let i = 0; i < HOGS_PER_CORE * availableParallelism(); i++) {
      const one = hog();
      closing.push(() => one.kill());
    }
  }, LOWEST_PRIORITY);
  expectInvalid(verdict);
});

/** As a CPU quota does. */
test("a generator that may not run for 300 ms of each second comes out INVALID", async () => {
  const verdict = await verdictOf((generator) => {
    const hold = () => {
      generator.kill("SIGSTOP");
      setTimeout(() => generator.kill("SIGCONT"), HELD_MS);
    };
    const timer = setInterval(hold, 1_000);
    closing.push(() => clearInterval(timer));
  });
  expectInvalid(verdict);
  // A fifth of all steps or more came while it was held, evenly: the latest of them waited nearly as long.
  const { latenessMicros } = present(verdict.thresholds[0].time);
  expect(latenessMicros).toBeGreaterThan(0.8 * HELD_MS * 1000);
});
