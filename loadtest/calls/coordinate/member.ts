import { hostname } from "node:os";
import type { Progress } from "../../play/play-options.ts";
import type { RunResult } from "../../results/run-result.ts";
import { describeMachine } from "../../target/describe-machine.ts";
import { playCalls } from "../play/play-calls.ts";
import {
  COORDINATOR,
  type Gathered,
  type Joined,
  type Joining,
  type Of,
  type Start,
  type Time,
} from "./messages.ts";

export interface MemberOptions {
  /** As the coordinator gave it. */
  readonly url: string;
  readonly command: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

const READINGS = 20;
/** Until the last machine has joined, and until the last is connected. */
const WAIT_MS = 3_600_000;

/** The coordinator could not be reached, or wants no more machines. */
export class CoordinatorError extends RangeError {
  override readonly name = "CoordinatorError";
}

/** What this machine measured, and nobody took. */
export class UntoldError extends CoordinatorError {
  readonly result: RunResult;

  constructor(result: RunResult, { message }: Error) {
    super(`What this machine measured could not be told: ${message}`);
    this.result = result;
  }
}

/**
 * Makes this machine's part of a coordinated run, and tells what it measured, or why it could not. Rejects with
 * an UntoldError when the coordinator is not there any more to be told.
 */
export async function joinRun({ url, command, ...rest }: MemberOptions): Promise<RunResult> {
  const base = url.replace(/\/$/, "");
  const { signal } = rest;
  const host: Joining = { host: hostname() };
  const joined = await ask<Joined>(`${base}/join`, { body: host, signal });
  const { scenario, descriptors, notes, generator, run, index, of } = joined;
  using _ = saysThatItIsThere(`${base}/alive`, joined);
  const startAt = async () => {
    const aheadMs = await aheadOf(base, signal);
    await ask(`${base}/ready`, { body: { index } satisfies Of, signal });
    const known = (start: Partial<Start>) => start.startAtMs;
    const startAtMs = await asked(`${base}/start`, known, signal);
    return startAtMs - aheadMs;
  };
  try {
    await asked(`${base}/gathered`, ({ machines }: Partial<Gathered>) => machines, signal);
    const result = await playCalls({
      scenario,
      descriptors: descriptors === undefined ? undefined : Buffer.from(descriptors, "base64"),
      notes,
      machine: describeMachine(),
      command,
      generators: 1,
      generator,
      part: { run, index, of },
      startAt,
      ...rest,
    });
    await ask(`${base}/result`, { body: result }).catch((error: Error) => {
      throw new UntoldError(result, error);
    });
    return result;
  } catch (error) {
    const { message: problem } = error as Error;
    await ask(`${base}/problem`, { body: { index, problem } satisfies Of }).catch(() => {});
    throw error;
  }
}

/** A word that does not come through is one of many. */
function saysThatItIsThere(url: string, { index, aliveEveryMs }: Joined): Disposable {
  const timer = setInterval(() => {
    ask(url, { body: { index } satisfies Of }).catch(() => {});
  }, aliveEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Asks until it is known. Rejects when that takes an hour, or when this machine is to end. */
async function asked<A extends object, T>(
  url: string,
  known: (answer: A) => T | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  const untilMs = performance.now() + WAIT_MS;
  for (;;) {
    const found = known(await ask<A>(url, { signal }));
    if (found !== undefined) return found;
    if (performance.now() > untilMs) {
      throw new CoordinatorError(`The other machines are not there after ${WAIT_MS / 60_000} min.`);
    }
  }
}

/**
 * By how much the coordinator's clock is ahead of this machine's, ms: of many questions the one answered
 * soonest, whose middle is off by at most half of the time that it took (Cristian 1989).
 */
export async function aheadOf(base: string, signal?: AbortSignal): Promise<number> {
  let best = { tookMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let i = 0; i < READINGS; i++) {
    const sentMs = performance.now();
    const wallMs = Date.now();
    const { nowMs } = await ask<Time>(`${base}/time`, { signal });
    const tookMs = performance.now() - sentMs;
    if (tookMs < best.tookMs) best = { tookMs, aheadMs: nowMs - (wallMs + tookMs / 2) };
  }
  return best.aheadMs;
}

const ANSWER_MS = 60_000;

interface Asking {
  /** What is told. */
  readonly body?: object;
  /** Of this machine's end: who waits gives up. */
  readonly signal?: AbortSignal | undefined;
}

async function ask<T>(url: string, { body, signal }: Asking): Promise<T> {
  const soon = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await fetch(url, {
      ...(body && { method: "POST", body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([soon, signal]) : soon,
    });
    if (answer.headers.get("server") !== COORDINATOR) {
      await answer.body?.cancel();
      throw new CoordinatorError(
        `${url} answers (HTTP ${answer.status}), but is no coordinator: give the address that \`load coordinate\` printed.`,
      );
    }
    const text = await answer.text();
    if (!answer.ok) throw new CoordinatorError(`The coordinator refuses: ${text}`);
    return JSON.parse(text) as T;
  } catch (error) {
    if (error instanceof CoordinatorError) throw error;
    if (signal?.aborted) throw new CoordinatorError("Ended before the run began.");
    const { cause, message } = error as Error;
    throw new CoordinatorError(`No coordinator at ${url}: ${String(cause ?? message)}.`);
  }
}
