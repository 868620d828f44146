import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { CallPlan } from "../../calls/play/call-plan.ts";
import type { FromGenerator, ToGenerator } from "./generator-messages.ts";
import type { GeneratorPlan } from "./generator-plan.ts";
import { GeneratorError } from "./generators.ts";

/** What a generator has counted by now. */
export type Counted = Omit<Extract<FromGenerator, { kind: "progress" }>, "kind">;
type Measured = Extract<FromGenerator, { kind: "measured" }>;

/** A generator in a process of its own: nothing else of the run makes its loop late. */
export interface GeneratorProcess extends Disposable {
  readonly pid: number;
  /** Connected, and its probe watches. This and the next two reject with what to tell the person. */
  readonly ready: Promise<void>;
  /** Its steps are over. */
  readonly sent: Promise<void>;
  /** What it measured, after "settled". */
  readonly measured: Promise<Measured>;
  tell(message: ToGenerator): void;
  /** Ends it, unless it has done what it was told last. */
  giveUp(why: string): void;
}

export function startGenerator(
  plan: GeneratorPlan | CallPlan,
  onProgress: (counted: Counted) => void = () => {},
): GeneratorProcess {
  const child = fork(join(import.meta.dirname, "generator-main.ts"), { serialization: "advanced" });
  const ready = Promise.withResolvers<void>();
  const sent = Promise.withResolvers<void>();
  const measured = Promise.withResolvers<Measured>();
  const all = [ready, sent, measured];
  for (const { promise } of all) promise.catch(() => {}); // each is awaited in turn
  let isBusy = true;
  const fail = (what: string) => {
    for (const { reject } of all) reject(new GeneratorError(what));
  };
  const take: { [K in FromGenerator["kind"]]: (m: Extract<FromGenerator, { kind: K }>) => void } = {
    ready: () => ready.resolve(),
    progress: onProgress,
    sent() {
      isBusy = false;
      sent.resolve();
    },
    measured(message) {
      isBusy = false;
      measured.resolve(message);
    },
    error: ({ message }) => fail(message),
  };
  const tell = (message: ToGenerator) => {
    if (message.kind === "settled") isBusy = true;
    send(child, message);
  };
  child.on("message", (message: FromGenerator) => take[message.kind](message as never));
  child.once("error", ({ message }) => fail(`Generator ${plan.generator} fails: ${message}.`));
  child.once("exit", (code, signal) => {
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    fail(`Generator ${plan.generator} (process ${child.pid}) ${how}.`);
  });
  tell({ kind: "plan", plan });
  const end = () => void child.kill("SIGKILL");
  return {
    pid: child.pid ?? -1,
    ready: ready.promise,
    sent: sent.promise,
    measured: measured.promise,
    tell,
    giveUp(why) {
      if (!isBusy) return;
      fail(`Generator ${plan.generator} ${why}.`);
      end();
    },
    [Symbol.dispose]: end,
  };
}

function send(child: ChildProcess, message: ToGenerator): void {
  if (child.connected) child.send(message, () => {}); // one that is gone has said so by its exit
}
