import { randomUUID } from "node:crypto";
import type { Connection, Publisher } from "rabbitmq-client";
import { unavailable } from "../../grpc/errors/errors.ts";
import type { QueueDeclaration } from "./topology.ts";

/** Unconfirmed messages at most: rabbitmq-client itself keeps any number of them in memory. */
const MAX_UNCONFIRMED = 256;

/** Publishes into queues, with confirms. */
export class RabbitPublisher {
  readonly #publisher: Publisher;
  /** Messages that no queue took. The broker returns them first, and then confirms them as well. */
  readonly #returned = new Set<string>();
  #unconfirmed = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, queues: readonly QueueDeclaration[]) {
    const declarations = queues.map((queue) => ({ ...queue }));
    this.#publisher = connection.createPublisher({ confirm: true, queues: declarations });
    this.#publisher.on("basic.return", ({ messageId = "" }) => {
      this.#returned.add(messageId);
    });
  }

  /** Resolves when all payloads are confirmed by a quorum. Throws UNAVAILABLE when one may not be. */
  async publish(queue: string, payloads: readonly Uint8Array[]): Promise<void> {
    const results = await Promise.allSettled(payloads.map((payload) => this.#send(queue, payload)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }

  async #send(queue: string, payload: Uint8Array): Promise<void> {
    await this.#room();
    const messageId = randomUUID();
    try {
      await this.#publisher.send(
        {
          routingKey: queue,
          mandatory: true,
          durable: true,
          messageId,
          contentType: "application/protobuf",
        },
        Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      );
    } catch (cause) {
      // A NACK (queue full, or its leader lost) or a lost connection: published or not, who knows.
      throw unavailable(`queue ${queue} did not confirm`, { cause });
    } finally {
      this.#unconfirmed--;
      this.#waiting.shift()?.();
    }
    if (this.#returned.delete(messageId)) throw unavailable(`queue ${queue} does not exist`);
  }

  async #room(): Promise<void> {
    while (this.#unconfirmed >= MAX_UNCONFIRMED) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#unconfirmed++;
  }
}
