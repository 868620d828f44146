import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection, Publisher } from "rabbitmq-client";
import { unavailable } from "../../grpc/errors/errors.ts";
import { ByNumber } from "../../memory/by-number.ts";
import type { Destination } from "../bus.ts";
import { withinBound } from "./connection.ts";
import type { Queues } from "./queues.ts";

/** Unconfirmed messages at most: rabbitmq-client itself keeps any number of them in memory. */
const MAX_UNCONFIRMED = 256;

const SEPARATOR = "/";
const MAX_NUMBER = 2 ** 31 - 1;

/** One call of `publish`. */
interface Publication {
  /** No queue took one of its messages: the broker returns it first, and then confirms it as well. */
  isReturned: boolean;
}

type Route = ReturnType<Queues["routeTo"]>;

/** Publishes on topics and into queues, with confirms. */
export class RabbitPublisher {
  readonly #publisher: Publisher;
  readonly #queues: Queues;
  /** What is being published, by its number, which is in the ids of its messages. */
  readonly #publications = new ByNumber<Publication>();
  readonly #name = randomUUID();
  #number = 0;
  #unconfirmed = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, queues: Queues) {
    this.#queues = queues;
    this.#publisher = connection.createPublisher({ confirm: true });
    this.#publisher.on("basic.return", ({ messageId = "" }) => {
      const publication = this.#publications.get(Number(messageId.split(SEPARATOR)[1]));
      // One that is over has had its answer: what it sent may have come, and is published again.
      if (publication) publication.isReturned = true;
    });
  }

  /**
   * Resolves when all payloads are confirmed by a quorum. Throws UNAVAILABLE when one may not be, or
   * when there is no such queue, which is then declared anew.
   */
  async publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    const route = this.#queues.routeTo(destination);
    const { number, publication } = this.#begin();
    const results = await Promise.allSettled(
      payloads.map((payload, index) => this.#send(route, this.#idOf(number, index), payload)),
    );
    // The client tells of a return in a later turn than of the confirm, which comes behind it.
    await nextTurn();
    this.#publications.delete(number);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    if (!publication.isReturned) return;
    await this.#queues.restoreFor(destination).catch((cause: unknown) => {
      throw unavailable(`no queue for ${destination}, and none can be declared`, { cause });
    });
    throw unavailable(`there was no queue for ${destination}; it is declared anew`);
  }

  close(): Promise<void> {
    return withinBound(this.#publisher.close());
  }

  #begin(): { readonly number: number; readonly publication: Publication } {
    this.#number = this.#number === MAX_NUMBER ? 1 : this.#number + 1;
    const publication = { isReturned: false };
    this.#publications.set(this.#number, publication);
    return { number: this.#number, publication };
  }

  #idOf(number: number, index: number): string {
    return [this.#name, number, index].join(SEPARATOR);
  }

  async #send(route: Route, messageId: string, payload: Uint8Array): Promise<void> {
    await this.#room();
    try {
      await this.#publisher.send(
        {
          ...route,
          durable: true,
          messageId,
          contentType: "application/protobuf",
        },
        Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      );
    } catch (cause) {
      // A NACK (queue full, or its leader lost) or a lost connection: published or not, who knows.
      throw unavailable(`${route.routingKey} did not confirm`, { cause });
    } finally {
      this.#unconfirmed--;
      this.#waiting.shift()?.();
    }
  }

  async #room(): Promise<void> {
    while (this.#unconfirmed >= MAX_UNCONFIRMED) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#unconfirmed++;
  }
}
