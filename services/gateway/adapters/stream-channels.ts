import type { Channel } from "../../platform/grpc/client/client.ts";
import { CONNECTION_AGED, DomainError } from "../../platform/grpc/errors/errors.ts";

interface StreamChannel<Open> {
  readonly channel: Channel;
  readonly open: Open;
  openCount: number;
  /** The server gives the connection up: what opens now goes elsewhere. */
  isAged: boolean;
}

/** Below the servers' limit of 100 calls on a connection: the next ones would wait without an error. */
const MAX_STREAMS_PER_CONNECTION = 90;
/** A viewer's streams travel in one group of connections: what breaks one leaves the others whole. */
const GROUPS = 8n;

/**
 * Connections to one service for streams alone, with what opens a stream on them. Streams stay open for minutes,
 * so they get connections as they need them, and never take a place from the short calls.
 */
export class StreamChannels<Open> {
  readonly #connect: () => Channel;
  readonly #openerOf: (channel: Channel) => Open;
  readonly #groups = Array.from({ length: Number(GROUPS) }, () => new Set<StreamChannel<Open>>());

  constructor(connect: () => Channel, openerOf: (channel: Channel) => Open) {
    this.#connect = connect;
    this.#openerOf = openerOf;
  }

  /** Connections open now. */
  get size(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, 0);
  }

  /** The messages of a stream that has a place until it ends or is left. */
  async *stream<Message>(
    viewerId: bigint,
    start: (open: Open) => AsyncIterable<Message>,
  ): AsyncGenerator<Message> {
    const group = this.#groups[Number(viewerId % GROUPS)];
    const taken = this.#take(group);
    try {
      yield* start(taken.open);
    } catch (error) {
      if (error instanceof DomainError && error.reason === CONNECTION_AGED) taken.isAged = true;
      throw error;
    } finally {
      release(group, taken);
    }
  }

  close(): void {
    for (const group of this.#groups) {
      for (const { channel } of group) channel.close();
      group.clear();
    }
  }

  #take(group: Set<StreamChannel<Open>>): StreamChannel<Open> {
    for (const one of group) {
      if (one.isAged || one.openCount >= MAX_STREAMS_PER_CONNECTION) continue;
      one.openCount++;
      return one;
    }
    const channel = this.#connect();
    const added = { channel, open: this.#openerOf(channel), openCount: 1, isAged: false };
    group.add(added);
    return added;
  }
}

function release<Open>(group: Set<StreamChannel<Open>>, one: StreamChannel<Open>): void {
  one.openCount--;
  if (one.openCount > 0 || !group.delete(one)) return;
  one.channel.close();
}
