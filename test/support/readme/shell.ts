import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { present } from "../../../services/model/invariant.ts";

export const ROOT = resolve(import.meta.dirname, "../../..");

/**
 * A newcomer's environment: the machine's own Node, not the one that npm brings in. What the suite has
 * compiled is theirs too: it saves each command a second, and changes nothing that it does.
 */
export function newcomerEnv(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE(?!_COMPILE_CACHE$)|VITEST|INIT_CWD)/i.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: path, ...extra };
}

export interface Command {
  readonly child: ChildProcess;
  /** All that it printed so far, on both streams. */
  output(): string;
  /** Resolves when it has printed this; rejects when it ends before. */
  printed(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{ code: number | null; output: string }>;
  /** Ctrl-C: the signal goes to the whole group, as from a terminal. */
  interrupt(): void;
}

/** Runs a shell command from the project's folder as a process group of its own. */
export function shell(line: string, env: NodeJS.ProcessEnv): Command {
  const child = spawn("bash", ["-c", line], { cwd: ROOT, env, detached: true });
  let text = "";
  const watchers = new Set<() => void>();
  const onText = (chunk: Buffer) => {
    text += chunk;
    for (const look of watchers) look();
  };
  child.stdout.on("data", onText);
  child.stderr.on("data", onText);
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, output: text }));
  });
  return {
    child,
    ended,
    output: () => text,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match) resolve(match[0]);
        };
        watchers.add(look);
        look();
        ended.then(() => reject(new Error(`It ended without printing ${pattern}:\n${text}`)));
      }),
    interrupt: () => process.kill(-present(child.pid), "SIGINT"),
  };
}
