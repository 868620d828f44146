import { rm } from "node:fs/promises";
import { endProcess, isAlive, killProcess, type ProcessMark } from "../processes/processes.ts";
import { awaitReady, launch, type Program } from "../processes/programs.ts";

/**
 * An engine that a test can stop, kill and start again. Its ports and its data are the same over
 * all its lives. The kernel ends it with the process that started it.
 */
export class PrivateEngine implements AsyncDisposable {
  /** The AMQP URL, or the CQL contact point as `host:port`. */
  readonly address: string;
  /** The last one is the engine; the others only serve it, and live until it is disposed of. */
  readonly #programs: readonly Program[];
  readonly #marks = new Map<Program, ProcessMark>();
  readonly #temporary: string | undefined;

  constructor(address: string, programs: readonly Program[], temporary: string | undefined) {
    this.address = address;
    this.#programs = programs;
    this.#temporary = temporary;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    const mark = this.#mark;
    return mark && isAlive(mark) ? mark.pid : undefined;
  }

  /** Resolves when it answers. Starts what does not run. */
  async start(): Promise<void> {
    for (const program of this.#programs) {
      const running = this.#marks.get(program);
      // What runs may not answer yet: an earlier start gave up waiting for it.
      const isUp = running !== undefined && isAlive(running);
      const mark = isUp ? running : await launch(program, "parent");
      this.#marks.set(program, mark);
      await awaitReady(program, mark);
    }
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    if (this.#mark) await endProcess(this.#mark);
  }

  /**
   * kill -9: what it has not given to the kernel is lost. RabbitMQ 3.10 keeps the names of its
   * quorum queues in a file that it writes up to 3 s late: a queue that was declared just before
   * comes back without a leader, and its confirms never arrive. Declare, then wait, then kill.
   */
  async kill(): Promise<void> {
    if (this.#mark) await killProcess(this.#mark);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const mark of [...this.#marks.values()].toReversed()) await killProcess(mark);
    if (this.#temporary) await rm(this.#temporary, { recursive: true, force: true });
  }

  get #mark(): ProcessMark | undefined {
    const engine = this.#programs.at(-1);
    return engine && this.#marks.get(engine);
  }
}
