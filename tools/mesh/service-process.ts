import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ServicePlan } from "./services.ts";

export interface ServiceProcess {
  readonly plan: ServicePlan;
  readonly pid: number;
  readonly isRunning: boolean;
  /** Resolves when the process says that it is ready; rejects with its last words when it ends first. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The last lines that it printed, a log line's message and error alone. */
  lastWords(): string;
  /** TERM, and KILL when it is still there after `boundMs`. */
  stop(boundMs: number): Promise<void>;
  /** Any signal, for tests of crashes and pauses. */
  signal(signal: NodeJS.Signals): void;
  /** Says something over the leash; resolves with the next that it says, rejects when it has ended. */
  ask(message: object): Promise<unknown>;
}

export interface SpawnOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A command that runs the rest of its line in its own place, such as `ip netns exec NAME`. */
  readonly through?: readonly string[];
  /** Every line that the process prints. */
  readonly onLine: (plan: ServicePlan, line: string) => void;
}

const KEPT_LINES = 8;

/**
 * Starts one service as its own process group, so that a Ctrl-C in the terminal reaches only the tool
 * that started it, which then stops the services in order. The IPC channel is the leash: a service
 * whose parent vanished ends by itself.
 */
export function spawnService(plan: ServicePlan, options: SpawnOptions): ServiceProcess {
  const node = [process.execPath, ...plan.nodeFlags, plan.main];
  const [program, ...line] = [...(options.through ?? []), ...node];
  const child = spawn(program, line, {
    cwd: options.cwd,
    env: { ...options.env, ...plan.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: 1, signal: null }));
  });
  const last: string[] = [];
  return {
    plan,
    lastWords: () => lastWords(last),
    pid: child.pid ?? -1,
    get isRunning() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    exited,
    ready: watchOutput(child, plan, { ...options, last }, exited),
    signal: (signal) => void child.kill(signal),
    ask: (message) => ask(child, message),
    stop: (boundMs) => stop(child, exited, boundMs),
  };
}

function watchOutput(
  child: ChildProcess,
  plan: ServicePlan,
  options: SpawnOptions & { readonly last: string[] },
  exited: ServiceProcess["exited"],
): Promise<void> {
  const { last } = options;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {}); // whoever starts the mesh awaits it; a stop before that is no accident
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      options.onLine(plan, line);
    });
  }
  child.on("message", (message) => {
    if ((message as { ready?: boolean }).ready) resolve();
  });
  child.once("close", async () => {
    const { code, signal } = await exited;
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    reject(new Error(`${plan.label} ${how} before it was ready:\n${lastWords(last)}`));
  });
  return promise;
}

function ask(child: ChildProcess, message: object): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onExit = () => reject(new Error(`Process ${child.pid} ended before it answered.`));
  child.once("message", resolve);
  child.once("exit", onExit);
  child.send(message, (error) => error && reject(error));
  return promise.finally(() => {
    child.off("message", resolve);
    child.off("exit", onExit);
  });
}

/** A log line's message and error, or the line itself when it is no JSON. */
function lastWords(lines: readonly string[]): string {
  return lines
    .map((line) => {
      try {
        const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } };
        return `  ${[entry.msg, entry.err?.message].filter(Boolean).join(": ")}`;
      } catch {
        return `  ${line}`;
      }
    })
    .join("\n");
}

async function stop(
  child: ChildProcess,
  exited: ServiceProcess["exited"],
  boundMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), boundMs);
  await exited;
  clearTimeout(timer);
}
