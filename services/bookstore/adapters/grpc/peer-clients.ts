import { BookstorePeerServiceService } from "#gen/bookstore/v1/peer.ts";
import type { Call, Client } from "../../../platform/grpc/call.ts";
import { connect, createClient } from "../../../platform/grpc/client/client.ts";
import { createShardRouter, type ShardRouter } from "../../../platform/grpc/client/router.ts";
import type { Credentials } from "../../../platform/grpc/credentials/credentials.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { knownMap } from "../../../platform/storage/ownership/ownership.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import { holdPart, settlePart } from "../../domain/shard/parts.ts";
import { refusalOf } from "../../handlers/messages/part-refusal.ts";
import { MAX_MESSAGE_BYTES } from "../../limits.ts";
import type { Ownership, PartHolders, Peers } from "../../ports.ts";
import type { OwnedShards } from "../../sharing/owned-shards.ts";

type PeerClient = Client<typeof BookstorePeerServiceService>;

export interface PeerClientsDeps {
  readonly ownership: Ownership;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
}

/** For a part to be held or settled; a shard that takes longer counts as away. */
const PART_TIMEOUT_MS = 2_000;

export interface PeerClients {
  readonly peers: Peers;
  createHolders(shards: OwnedShards): PartHolders;
  close(): void;
}

/** The other processes, through one router. */
export function createPeerClients({ ownership, ...shared }: PeerClientsDeps): PeerClients {
  const own = { to: "bookstore", priority: "page", maxMessageBytes: MAX_MESSAGE_BYTES } as const;
  const options = { ...shared, ...own };
  const router = createShardRouter<PeerClient>({
    lookup: async () => knownMap(ownership),
    connect: (address) => {
      const channel = connect(address, options);
      const client = createClient(BookstorePeerServiceService, channel);
      return { client, close: () => channel.close() };
    },
  });
  return {
    peers: createPeers(router, ownership),
    createHolders: (shards) => createPartHolders(router, shards),
    close: () => router.close(),
  };
}

function createPeers(router: ShardRouter<PeerClient>, ownership: Ownership): Peers {
  const askOthers = async <T>(ask: (client: PeerClient) => Promise<readonly T[]>) => {
    const { owners } = knownMap(ownership);
    // An answer without them would look whole.
    if (owners.some(({ address }) => address === "")) {
      throw unavailable("some books have no owner now", { reason: "NO_OWNER" });
    }
    const others = owners.filter(({ shards }) => !ownership.owns(shards[0]));
    const answers = await Promise.all(others.map(({ address }) => ask(router.clientAt(address))));
    return answers.flat();
  };
  return {
    forward: (shard, method, request, call: Call) =>
      router.call(shard, async (client) => {
        const message = { shard, method, request: Buffer.from(request) };
        return (await client.forward(message, { parent: call })).response;
      }),
    searchOthers: (query, limit, call) =>
      askOthers(
        async (client) => (await client.searchOwnBooks({ query, limit }, { parent: call })).books,
      ),
    listOthers: (request, call) =>
      askOthers(async (client) => (await client.listOwnOrders(request, { parent: call })).orders),
  };
}

/** Parts in this process are held without a call. */
function createPartHolders(router: ShardRouter<PeerClient>, shards: OwnedShards): PartHolders {
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
      const { refusal } = await router.call(shard, (client) => client.holdPart(request, options));
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
