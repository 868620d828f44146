import { type AnsweredShards, BookstorePeerServiceService } from "#gen/bookstore/v1/peer.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Call, Client } from "../../../platform/grpc/call.ts";
import { connect, createClient } from "../../../platform/grpc/client/client.ts";
import { createShardRouter, type ShardRouter } from "../../../platform/grpc/client/router.ts";
import { whileMoving } from "../../../platform/grpc/client/while-moving.ts";
import type { Credentials } from "../../../platform/grpc/credentials/credentials.ts";
import { NO_OWNER, unavailable } from "../../../platform/grpc/errors/errors.ts";
import { knownMap } from "../../../platform/storage/ownership/ownership.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import { holdPart, settlePart } from "../../domain/shard/parts.ts";
import { refusalOf } from "../../handlers/messages/part-refusal.ts";
import { MAX_MESSAGE_BYTES } from "../../limits.ts";
import type { Answered, Ownership, PartHolders, Peers } from "../../ports.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";

type PeerClient = Client<typeof BookstorePeerServiceService>;

export interface PeerClientsDeps {
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
}

/** For a part to be held or settled; a shard that takes longer counts as away. */
const PART_TIMEOUT_MS = 2_000;

/** Undefined: of a version that does not say. */
type OfShards = { readonly answered?: AnsweredShards | undefined };

export interface PeerClients {
  readonly peers: Peers;
  createHolders(shards: OwnedShards): PartHolders;
  close(): void;
}

/** The other processes, through one router. */
export function createPeerClients(deps: PeerClientsDeps): PeerClients {
  const { ownership, clock, ...shared } = deps;
  const own = { to: "bookstore", priority: "page", maxMessageBytes: MAX_MESSAGE_BYTES } as const;
  const options = { ...shared, ...own, clock };
  const router = createShardRouter<PeerClient>({
    lookup: async () => knownMap(ownership),
    clock,
    connect: (address) => {
      const channel = connect(address, options);
      const client = createClient(BookstorePeerServiceService, channel);
      return { client, close: () => channel.close() };
    },
  });
  return {
    peers: createPeers(router, ownership, clock),
    createHolders: (shards) => createPartHolders(router, shards, clock),
    close: () => router.close(),
  };
}

function createPeers(router: ShardRouter<PeerClient>, ownership: Ownership, clock: Clock): Peers {
  const waiting = { clock, mayRepeat: false };
  const askOthers = async <T>(
    ask: (client: PeerClient) => Promise<Pick<Answered<T>, "found"> & OfShards>,
  ) => {
    const { owners } = knownMap(ownership);
    if (owners.some(({ address }) => address === "")) {
      throw unavailable("some books have no owner now", { reason: NO_OWNER });
    }
    const others = owners.filter(({ shards }) => !ownership.owns(shards[0]));
    return await Promise.all(
      others.map(async ({ address, shards }): Promise<Answered<T>> => {
        const { found, answered } = await ask(router.clientAt(address));
        return { found, shards: answered?.shards ?? shards };
      }),
    );
  };
  return {
    forward: (shard, method, request, call: Call) =>
      whileMoving(router, shard, waiting, () =>
        router.call(shard, async (client) => {
          const message = { shard, method, request: Buffer.from(request) };
          return (await client.forward(message, { parent: call })).response;
        }),
      ),
    searchOthers: (query, limit, call) =>
      askOthers(async (client) => {
        const { books, ...rest } = await client.searchOwnBooks({ query, limit }, { parent: call });
        return { found: books, ...rest };
      }),
    listOthers: (request, call) =>
      askOthers(async (client) => {
        const { orders, ...rest } = await client.listOwnOrders(request, { parent: call });
        return { found: orders, ...rest };
      }),
  };
}

/** Parts in this process are held without a call. */
function createPartHolders(
  router: ShardRouter<PeerClient>,
  shards: OwnedShards,
  clock: Clock,
): PartHolders {
  const turn = () => ({ deadlineMs: Date.now() + PART_TIMEOUT_MS });
  return {
    hold: async (shard, orderId, lines) => {
      if (shards.has(shard)) {
        return shards.answer(shard, ({ ledger }) =>
          ledger.submit((home) => holdPart(home, orderId, lines), turn()),
        );
      }
      const sent = lines.map(({ bookId, copies, priceCents }) => ({
        bookId: BigInt(bookId),
        copies,
        priceCents: BigInt(priceCents),
      }));
      const request = { shard, orderId: BigInt(orderId), lines: sent };
      const options = { timeoutMs: PART_TIMEOUT_MS };
      const { refusal } = await whileMoving(router, shard, { clock, mayRepeat: false }, () =>
        router.call(shard, (client) => client.holdPart(request, options)),
      );
      return refusal && refusalOf(refusal, orderId);
    },
    settle: async (shard, orderId, isSold) => {
      if (shards.has(shard)) {
        await shards.answer(shard, ({ ledger }) =>
          ledger.submit((home) => settlePart(home, orderId, isSold), turn()),
        );
        return;
      }
      const request = { shard, orderId: BigInt(orderId), isSold };
      const options = { timeoutMs: PART_TIMEOUT_MS };
      await router.call(shard, (client) => client.settlePart(request, options));
    },
  };
}
