import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree } from "../../../tools/mesh/free-ports.ts";

export const REDIS_HOST = "127.0.0.1";
export type AppendFsync = "no" | "everysec" | "always";

export interface RedisServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A Redis of this process's own; undefined where there is no redis-server. */
export async function startRedis(appendFsync: AppendFsync): Promise<RedisServer | undefined> {
  let port = 26_379;
  while (!(await isPortFree(port, REDIS_HOST))) port++;
  const folder = mkdtempSync(join(tmpdir(), "tidings-redis-"));
  const durable = appendFsync === "no" ? ["no"] : ["yes", "--appendfsync", appendFsync];
  const child = spawn(
    "redis-server",
    [
      "--port",
      String(port),
      "--bind",
      REDIS_HOST,
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      ...durable,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const started = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", () => resolve(false));
    child.stdout.on("data", (text: Buffer) => {
      if (text.includes("Ready to accept connections")) resolve(true);
    });
  });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  if (!started) {
    clean();
    return undefined;
  }
  return {
    port,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      clean();
    },
  };
}
