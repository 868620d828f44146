import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunResult } from "../../results/run-result.ts";
import { within } from "../../run/within.ts";
import { Gathering, type GatheringOptions } from "./gathering.ts";
import { COORDINATOR } from "./messages.ts";

export interface CoordinatorOptions extends GatheringOptions {
  readonly host: string;
  /** 0 is any. */
  readonly port: number;
}

/** Whoever waits still hears why the run is over. */
const LAST_WORD_MS = 1_000;

/**
 * Several machines that make one run together, by plain HTTP: each joins and gets its part; when all have, each
 * connects, however long it takes; all begin at one time of this machine's clock, and what they measured is
 * merged exactly. One that gives up or falls silent before the begin ends the run for all; after it, the others
 * make their parts. The address holds a secret: who does not know it is refused.
 */
export class Coordinator implements AsyncDisposable {
  /** What the other machines are given. */
  readonly url: string;
  /** Of all parts as one. What a machine did not tell makes it inconclusive. */
  readonly result: Promise<RunResult>;
  readonly #server: Server;
  readonly #run: Gathering;

  /** Rejects with a RangeError that says what to do when the port can't be had. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const secret = randomUUID();
    const run = new Gathering(options);
    const server = createServer((request, response) => {
      response.setHeader("server", COORDINATOR);
      run.answer(request, response, secret).catch((error: Error) => {
        response.writeHead(400).end(error.message);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", ({ message }) => {
        const where = `port ${options.port} of ${options.host}`;
        reject(
          new RangeError(
            `--host, --port: ${where} can't be had (${message}): give an address of this machine, and another port or 0 for any.`,
          ),
        );
      });
      server.listen(options.port, options.host, resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new Coordinator(`http://${options.host}:${port}/${secret}`, run, server);
  }

  private constructor(url: string, run: Gathering, server: Server) {
    this.url = url;
    this.result = run.result;
    this.#run = run;
    this.#server = server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#run[Symbol.dispose]();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await within(LAST_WORD_MS, closed);
    this.#server.closeAllConnections();
    await closed;
  }
}
