import { Event } from "#gen/event/v1/event.ts";
import { idsOf } from "../../model/wire/id-pairs.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { PARKED_QUEUES } from "../../platform/messaging/topics.ts";
import type { OwnerTable } from "../domain/owner-table.ts";
import type { EdgeHint, PostToDeliver } from "../ports.ts";
import { eventOf } from "./post-event.ts";

/** What an owner can't take for so long waits in a queue, and its message goes on, ms. */
const PATIENCE_MS = 1_000;

/** So many viewers of a post wait now. */
export type OnParked = (post: PostToDeliver, entries: number) => void;

/**
 * Queues for what a stuck owner can't take now, so that it holds up nobody else's viewers. Owners are spread
 * over a few of them: while one is away, those of the others go on. What is consumed is cut anew by the owners
 * of that time, and waits for them.
 */
export class Parking {
  readonly patienceMs = PATIENCE_MS;
  readonly #bus: Pick<EventBus, "publish">;
  readonly #owners: () => OwnerTable;
  readonly #onParked: OnParked;

  constructor(
    bus: Pick<EventBus, "publish">,
    owners: () => OwnerTable,
    onParked: OnParked = () => {},
  ) {
    this.#bus = bus;
    this.#owners = owners;
    this.#onParked = onParked;
  }

  /** Resolves once that is durable. */
  async post(owner: string, post: PostToDeliver, viewers: Uint32Array): Promise<void> {
    const value = { post: eventOf(post), viewerIds: idsOf(viewers) };
    await this.#publish(owner, { $case: "parked", value }, post);
    this.#onParked(post, viewers.length / 2);
  }

  /** Both ends are told again. */
  async edge(owner: string, { viewerId, friendId }: EdgeHint): Promise<void> {
    await this.#publish(owner, { $case: "friend", value: { userId: viewerId, friendId } });
  }

  async #publish(
    owner: string,
    event: Event["event"],
    { requestId, traceparent: traceParent }: Partial<PostToDeliver> = {},
  ): Promise<void> {
    const number = Math.max(0, this.#owners().addresses.indexOf(owner));
    const queue = PARKED_QUEUES[number % PARKED_QUEUES.length];
    const payload = Event.encode({
      ...{ event, requestId: requestId ?? "", messageId: NO_ID, traceParent },
    }).finish();
    await this.#bus.publish(queue, [payload]);
  }
}

/** Parked again, a list is another. */
const NO_ID = Buffer.alloc(0);
