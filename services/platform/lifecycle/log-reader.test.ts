import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const CHATTY = fileURLToPath(import.meta.resolve("./testing/chatty-service.ts"));
/** More than a pipe and the buffers beside it hold. */
const MANY_LINES = 500;

let child: ChildProcess;

afterEach(() => {
  child.kill("SIGKILL");
});

/** The service, whose log goes into a pipe. */
async function start() {
  child = spawn(process.execPath, [CHATTY], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  await linesLogged(1);
}

/** Resolves when the service has logged `count` lines more. */
async function linesLogged(count: number): Promise<void> {
  for (let heard = 0; heard < count; ) {
    const [message] = await once(child, "message");
    if ("count" in message) heard++;
  }
}

async function ended(): Promise<readonly unknown[]> {
  child.kill("SIGTERM");
  return once(child, "exit");
}

describe("a service", () => {
  it("goes on when the reader of its log has ended, and closes on SIGTERM", async () => {
    await start();
    child.stdout?.destroy();
    await linesLogged(MANY_LINES);
    expect(await ended()).toEqual([0, null]);
  });

  it("goes on when the reader of its log stands still, and closes on SIGTERM", async () => {
    await start();
    await linesLogged(MANY_LINES);
    expect(await ended()).toEqual([0, null]);
  });

  it("closes when its parent lets go of it, though nobody reads its log", async () => {
    await start();
    child.stdout?.destroy();
    const exit = once(child, "exit");
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });
});
