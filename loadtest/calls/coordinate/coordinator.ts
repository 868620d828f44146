import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { mergeRuns, type RunPart } from "../../play/judging/merge-runs.ts";
import type { RunResult } from "../../results/run-result.ts";
import { within } from "../../run/within.ts";
import type { Gathered, Joined, Of, Start, Time } from "./messages.ts";

export interface CoordinatorOptions {
  /** What every machine is told, but for its part. */
  readonly plan: Pick<Joined, "scenario" | "descriptors" | "generator">;
  readonly machines: number;
  readonly host: string;
  /** 0 is any. */
  readonly port: number;
  readonly onJoined?: (index: number) => void;
}

/** All are connected: so long may each take to hear when to begin, and to look at its machine before. */
const START_IN_MS = 5_000;
/** A question for what is not known yet is answered after so long, and asked again. */
const POLL_MS = 10_000;
/** Beyond the run itself a machine may take so long to say what it measured. */
const RESULT_MS = 120_000;
const MAX_RESULT_BYTES = 256 * 1024 * 1024;

/**
 * Several machines that make one run together, by plain HTTP: each joins and gets its part; when all have, each
 * connects, however long it takes; all begin at one time of this machine's clock, and what they measured is
 * merged exactly. One that gives up before ends the run for all. The address holds a secret: who does not know
 * it is refused.
 */
export class Coordinator implements AsyncDisposable {
  /** What the other machines are given. */
  readonly url: string;
  /** Of all parts as one; a part that did not come is a failure of the run. */
  readonly result: Promise<RunResult>;
  readonly #server: Server;

  /** Rejects when the port is taken. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const secret = randomUUID();
    const run = new Gathering(options);
    const server = createServer((request, response) => {
      run.answer(request, response, secret).catch((error: Error) => {
        response.writeHead(400).end(error.message);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new Coordinator(`http://${options.host}:${port}/${secret}`, run.result, server);
  }

  private constructor(url: string, result: Promise<RunResult>, server: Server) {
    this.url = url;
    this.result = result;
    this.#server = server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

class Gathering {
  readonly result: Promise<RunResult>;
  readonly #options: CoordinatorOptions;
  readonly #run = randomUUID().slice(0, 18);
  readonly #parts: RunPart[] = [];
  readonly #gathered = Promise.withResolvers<Gathered>();
  readonly #begin = Promise.withResolvers<Start>();
  readonly #all = Promise.withResolvers<void>();
  readonly #ready = new Set<number>();
  readonly #problems = new Map<number, string>();
  #joined = 0;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.result = this.#merged();
    // Whoever waits for them is told.
    this.result.catch(() => {});
    this.#gathered.promise.catch(() => {});
    this.#begin.promise.catch(() => {});
  }

  async answer(request: IncomingMessage, response: ServerResponse, secret: string): Promise<void> {
    const [, given, what] = (request.url ?? "").split("/");
    const say = (value: object) => response.end(JSON.stringify(value));
    if (given !== secret) response.writeHead(403).end("This is not the address that was given.");
    else if (what === "time") say({ nowMs: Date.now() } satisfies Time);
    else if (what === "join") this.#join(response, say);
    else if (what === "gathered") say((await within(POLL_MS, this.#gathered.promise)) ?? {});
    else if (what === "start") say((await within(POLL_MS, this.#begin.promise)) ?? {});
    else if (what === "ready") {
      this.#connected(JSON.parse(await bodyOf(request)) as Of);
      say({});
    } else if (what === "problem") {
      this.#gaveUp(JSON.parse(await bodyOf(request)) as Of);
      say({});
    } else if (what === "result") {
      this.#take(JSON.parse(await bodyOf(request)) as RunResult);
      say({});
    } else response.writeHead(404).end();
  }

  #join(response: ServerResponse, say: (value: Joined) => void): void {
    const { plan, machines, onJoined } = this.#options;
    if (this.#joined === machines) {
      response.writeHead(409).end(`All ${machines} machines have joined: this run needs no more.`);
      return;
    }
    const index = this.#joined++;
    say({ ...plan, run: this.#run, index, of: machines });
    onJoined?.(index);
    if (this.#joined === machines) this.#gathered.resolve({ machines });
  }

  #connected({ index }: Of): void {
    this.#ready.add(index);
    if (this.#ready.size < this.#options.machines) return;
    this.#begin.resolve({ startAtMs: Date.now() + START_IN_MS });
  }

  /** Before the begin nobody begins; after it the others' parts are the result. */
  #gaveUp({ index, problem = "it did not say why" }: Of): void {
    this.#problems.set(index, `Machine ${index + 1} gave up: ${problem}`);
    const gone = new RangeError(this.#problems.get(index));
    for (const awaited of [this.#gathered, this.#begin]) awaited.reject(gone);
    this.#checkAll();
  }

  #checkAll(): void {
    const over = this.#parts.length + this.#problems.size;
    if (over === this.#options.machines) this.#all.resolve();
  }

  #take(result: RunResult): void {
    const { part } = result;
    if (part?.run !== this.#run) throw new RangeError("This is the result of another run.");
    this.#parts.push({ file: `part ${part.index}`, result });
    this.#checkAll();
  }

  async #merged(): Promise<RunResult> {
    const { machines, plan } = this.#options;
    await this.#begin.promise;
    const { warmUpSeconds, seconds } = plan.scenario;
    const lastMs = START_IN_MS + 1000 * (warmUpSeconds + seconds) + RESULT_MS;
    await Promise.race([this.#all.promise, systemClock.delay(lastMs)]);
    if (this.#parts.length < 2 && machines > 1) {
      const said = `Of ${machines} machines ${this.#parts.length} said what they measured.`;
      throw new RangeError([said, ...this.#problems.values()].join(" "));
    }
    return machines === 1 ? this.#parts[0].result : mergeRuns(this.#parts);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_RESULT_BYTES)
      throw new RangeError(`A result has at most ${MAX_RESULT_BYTES} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
