import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { InconclusiveError } from "../../measure/verdict.ts";
import { mergeRuns, type RunPart } from "../../play/judging/merge-runs.ts";
import type { RunResult } from "../../results/run-result.ts";
import { within } from "../../run/within.ts";
import { longestTimeoutMs } from "../plan/longest-timeout.ts";
import { ALIVE_EVERY_MS, Members } from "./members.ts";
import type { Gathered, Joined, Joining, Of, Start, Time } from "./messages.ts";

export interface GatheringOptions {
  /** What every machine is told, but for its part. */
  readonly plan: Pick<Joined, "scenario" | "descriptors" | "notes" | "generator">;
  readonly machines: number;
  /** All must have joined within so long; an hour by default. */
  readonly joinMs?: number;
  /** As "Machine 2 (host-b, 192.0.2.7)". */
  readonly onJoined?: (machine: string) => void;
  /** A sentence that names it: it gave up, or was not heard from. */
  readonly onLost?: (why: string) => void;
  readonly clock?: Clock;
}

const JOIN_MS = 3_600_000;
/** All are connected: so long may each take to hear when to begin, and to look at its machine before. */
const START_IN_MS = 5_000;
/** A question for what is not known yet is answered after so long, and asked again. */
const POLL_MS = 10_000;
/** Beyond the run itself a machine may take so long to say what it measured. */
const RESULT_MS = 120_000;
const MAX_RESULT_BYTES = 256 * 1024 * 1024;

/** One run of several machines, from the first that joins to the result of all. */
export class Gathering implements Disposable {
  /** Rejects when no machine began, and with an InconclusiveError when none said what it measured. */
  readonly result: Promise<RunResult>;
  readonly #options: GatheringOptions;
  readonly #clock: Clock;
  readonly #run = randomUUID().slice(0, 18);
  readonly #members: Members;
  readonly #parts = new Map<number, RunPart>();
  readonly #gathered = Promise.withResolvers<Gathered>();
  readonly #begin = Promise.withResolvers<Start>();
  readonly #all = Promise.withResolvers<void>();
  readonly #ready = new Set<number>();
  readonly #over = new AbortController();

  constructor(options: GatheringOptions) {
    const { clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    const onSilent = (why: string) =>
      this.#lost(why, new InconclusiveError(`No machine began. ${why}`));
    this.#members = new Members({ clock, onSilent });
    this.#waitForAll(options.joinMs ?? JOIN_MS).catch(() => {}); // rejects when it is over
    this.result = this.#merged();
    // Whoever waits for them is told.
    this.result.catch(() => {});
    this.#gathered.promise.catch(() => {});
    this.#begin.promise.catch(() => {});
  }

  async answer(request: IncomingMessage, response: ServerResponse, secret: string): Promise<void> {
    const [, given, what = ""] = (request.url ?? "").split("/");
    const say = (value: object) => response.end(JSON.stringify(value));
    if (given !== secret) {
      response.writeHead(403).end("This is not the address that was given.");
    } else if (what === "time") say({ nowMs: Date.now() } satisfies Time);
    else if (what === "join") await this.#join(request, response, say);
    else if (what === "gathered") say((await this.#soon(this.#gathered.promise)) ?? {});
    else if (what === "start") say((await this.#soon(this.#begin.promise)) ?? {});
    else if (Object.hasOwn(this.#told, what)) {
      this.#told[what](await jsonOf(request));
      say({});
    } else response.writeHead(404).end();
  }

  /** What machines say of themselves. */
  readonly #told: Readonly<Record<string, (said: never) => void>> = {
    alive: ({ index }: Of) => this.#members.heard(index),
    ready: (of: Of) => this.#connected(of),
    problem: (of: Of) => this.#gaveUp(of),
    result: (result: RunResult) => this.#take(result),
  };

  #soon<T>(known: Promise<T>): Promise<T | undefined> {
    return within(POLL_MS, known, this.#clock);
  }

  async #join(
    request: IncomingMessage,
    response: ServerResponse,
    say: (value: Joined) => void,
  ): Promise<void> {
    const { plan, machines, onJoined } = this.#options;
    const { host = "a machine without a name" } = (await jsonOf(request)) as Joining;
    if (this.#members.count === machines) {
      response.writeHead(409).end(`All ${machines} machines have joined: this run needs no more.`);
      return;
    }
    const index = this.#members.joined(`${host}, ${request.socket.remoteAddress}`);
    say({ ...plan, run: this.#run, index, of: machines, aliveEveryMs: ALIVE_EVERY_MS });
    onJoined?.(this.#members.nameOf(index));
    if (this.#members.count === machines) this.#gathered.resolve({ machines });
  }

  /** Whoever has joined does not wait for ever for one that never comes. */
  async #waitForAll(joinMs: number): Promise<void> {
    await this.#clock.delay(joinMs, this.#over.signal);
    const { machines } = this.#options;
    const { count } = this.#members;
    if (count === machines) return;
    const why = `Only ${count} of ${machines} machines joined within ${joinMs / 1000} s.`;
    for (const awaited of [this.#gathered, this.#begin]) {
      awaited.reject(new InconclusiveError(`No machine began. ${why}`));
    }
  }

  #connected({ index }: Of): void {
    this.#members.heard(index);
    this.#ready.add(index);
    if (this.#ready.size < this.#options.machines) return;
    this.#begin.resolve({ startAtMs: Date.now() + START_IN_MS });
  }

  #gaveUp({ index, problem = "it did not say why" }: Of): void {
    const why = this.#members.gaveUp(index, problem);
    this.#lost(why, new RangeError(why));
  }

  /** Before the begin nobody begins; after it the others' parts are the result. */
  #lost(why: string, before: Error): void {
    for (const awaited of [this.#gathered, this.#begin]) awaited.reject(before);
    this.#options.onLost?.(why);
    this.#checkAll();
  }

  #take(result: RunResult): void {
    const { part } = result;
    if (part?.run !== this.#run) throw new RangeError("This is the result of another run.");
    this.#members.isDone(part.index);
    this.#parts.set(part.index, { file: `part ${part.index}`, result });
    this.#checkAll();
  }

  #checkAll(): void {
    if (this.#parts.size + this.#members.lost.size === this.#options.machines) this.#all.resolve();
  }

  async #merged(): Promise<RunResult> {
    const { machines, plan } = this.#options;
    await this.#begin.promise;
    const { warmUpSeconds, seconds } = plan.scenario;
    const answersMs = longestTimeoutMs(plan.scenario);
    const lastMs = START_IN_MS + 1000 * (warmUpSeconds + seconds) + answersMs + RESULT_MS;
    await within(lastMs, this.#all.promise, this.#clock);
    this.#members.giveUpAll(`has not said what it measured ${RESULT_MS / 1000} s after its time`);
    const { lost } = this.#members;
    if (this.#parts.size === 0) {
      throw new InconclusiveError(`Nothing was measured. ${[...lost.values()].join(" ")}`);
    }
    const parts = [...this.#parts.values()];
    return machines === 1 ? parts[0].result : mergeRuns(parts, lost);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#members[Symbol.dispose]();
  }
}

/** An object without fields when nothing was sent. */
async function jsonOf(request: IncomingMessage): Promise<never> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_RESULT_BYTES)
      throw new RangeError(`A result has at most ${MAX_RESULT_BYTES} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return (bytes === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())) as never;
}
