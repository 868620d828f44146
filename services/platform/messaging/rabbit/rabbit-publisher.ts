import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection, Publisher } from "rabbitmq-client";
import { unavailable } from "../../grpc/errors/errors.ts";
import type { Destination } from "../bus.ts";
import { withinBound } from "./connection.ts";
import type { Queues } from "./queues.ts";

/** Unconfirmed messages at most: rabbitmq-client itself keeps any number of them in memory. */
const MAX_UNCONFIRMED = 256;

type Route = ReturnType<Queues["routeTo"]>;

/** Publishes on topics and into queues, with confirms. */
export class RabbitPublisher {
  readonly #publisher: Publisher;
  readonly #queues: Queues;
  /** Messages that no queue took. The broker returns them first, and then confirms them as well. */
  readonly #returned = new Set<string>();
  #unconfirmed = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, queues: Queues) {
    this.#queues = queues;
    this.#publisher = connection.createPublisher({ confirm: true });
    this.#publisher.on("basic.return", ({ messageId = "" }) => {
      this.#returned.add(messageId);
    });
  }

  /**
   * Resolves when all payloads are confirmed by a quorum. Throws UNAVAILABLE when one may not be, or
   * when there is no such queue, which is then declared anew.
   */
  async publish(destination: Destination, payloads: readonly Uint8Array[]): Promise<void> {
    const ids = payloads.map(() => randomUUID());
    const route = this.#queues.routeTo(destination);
    const results = await Promise.allSettled(
      payloads.map((payload, index) => this.#send(route, ids[index], payload)),
    );
    // The client tells of a return in a later turn than of the confirm, which comes behind it.
    await nextTurn();
    const isReturned = ids.map((id) => this.#returned.delete(id)).includes(true);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    if (!isReturned) return;
    await this.#queues.restoreFor(destination).catch((cause: unknown) => {
      throw unavailable(`no queue for ${destination}, and none can be declared`, { cause });
    });
    throw unavailable(`there was no queue for ${destination}; it is declared anew`);
  }

  close(): Promise<void> {
    return withinBound(this.#publisher.close());
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
