import { unavailable } from "../../../../services/platform/grpc/errors/errors.ts";
import type { Destination } from "../../../../services/platform/messaging/bus.ts";
import type { Publishing } from "../../../../services/platform/messaging/outbox/publish-items.ts";
import { type Relay, startRelay } from "../../../../services/platform/messaging/outbox/relay.ts";
import type { Environment } from "../environment.ts";
import { Life } from "../network.ts";
import { ModelOutbox } from "./model-outbox.ts";

/**
 * What the post and the friend service of the simulation share: durable rows in memory, an outbox,
 * the real relay, crashes. Its changes are written as one (embedded), or half by half (`isHalving`,
 * as on CQL): then what a dead writer left is completed by the relay before it publishes.
 */
export abstract class ModelProcess {
  readonly outbox: ModelOutbox;
  protected readonly env: Environment;
  #current = new Life();
  #relay: Relay | undefined;

  constructor(env: Environment) {
    this.env = env;
    const pause = () => env.network.travel();
    this.outbox = new ModelOutbox(pause, env.variant.publishesEarly === true);
    this.start();
  }

  /** Of the process that runs now; undefined while it is down. */
  readonly life = (): Life | undefined => (this.#current.alive ? this.#current : undefined);

  crash(): void {
    this.#current.die();
    void this.#relay?.close();
  }

  start(): void {
    if (this.#relay && this.#current.alive) return;
    const { env, outbox } = this;
    const life = new Life();
    this.#current = life;
    this.#relay = startRelay({
      outbox: {
        read: (limit) => life.lives(outbox.read(limit)),
        published: (items) => life.lives(outbox.published(items)),
        onWrite: (wake) => outbox.onWrite(wake),
        depth: () => outbox.depth(),
      },
      bus: { publish: (queue, payloads) => life.lives(this.publish(queue, payloads)) },
      ...(!env.variant.publishesEarly && { complete: this.#complete }),
      ...this.recording(life),
      clock: env.clock,
      log: env.log,
      random: env.dice.random,
    });
  }

  protected publish(queue: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    return this.env.bus.publish(queue, payloads);
  }

  /** What the relay of this life does before it publishes. */
  protected recording(_life: Life): Pick<Publishing, "record"> {
    return {};
  }

  /** Writes all that the change names, as far as it is not there. */
  protected abstract apply(change: Uint8Array, part: "all" | number): void;
  protected abstract readonly partCount: number;

  /** Resolves when the change is durable. `announced`: its event. */
  protected async write(queue: "posts" | "edges", change: Uint8Array): Promise<void> {
    const life = this.#current;
    const pause = () => life.lives(this.env.network.travel());
    await pause();
    if (!this.env.isHalving && !this.env.variant.publishesEarly) {
      this.outbox.add(queue, change);
      this.apply(change, "all");
      return pause();
    }
    if (this.env.dice.chance(this.env.network.lossRate)) this.#timeOut(queue, change, life);
    const done = this.outbox.add(queue, change, life);
    for (let part = 0; part < this.partCount; part++) {
      await pause();
      this.apply(change, part);
    }
    await pause();
    done();
    return pause();
  }

  /** The event's row times out: it is stored, or not, and its writer goes no further. */
  #timeOut(queue: "posts" | "edges", change: Uint8Array, life: Life): never {
    const { dice, note, variant } = this.env;
    if (dice.chance(0.5)) {
      note("a row of unknown outcome is stored");
      const isTakenForWhole = variant.takesUnknownForWhole === true;
      this.outbox.add(queue, change, isTakenForWhole ? undefined : life)();
    }
    throw unavailable("the row of the event timed out");
  }

  readonly #complete = async (change: Uint8Array): Promise<void> => {
    await this.env.network.travel();
    this.apply(change, "all");
  };
}
