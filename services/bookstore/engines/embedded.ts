import { join } from "node:path";
import { unavailable } from "../../platform/grpc/errors/errors.ts";
import { openPeople } from "../../platform/storage/people/open-people.ts";
import { openFileJournals } from "../adapters/log/file-journals.ts";
import type { BookstoreConfig } from "../config.ts";
import type { PartHolders, Peers } from "../ports.ts";
import type { Engine, EngineDeps } from "./engine.ts";

const MIB = 1_024 * 1_024;
const MAX_SEGMENT_BYTES = 64 * MIB;

/** One process, one shard, one journal. A disk that fails ends the process: memory may hold too much. */
export async function openEmbedded(config: BookstoreConfig, deps: EngineDeps): Promise<Engine> {
  await using opening = new AsyncDisposableStack();
  const journals = opening.adopt(
    await openFileJournals({
      folder: join(config.dataDir, "bookstore"),
      snapshotLogBytes: config.snapshotMib * MIB,
      maxSegmentBytes: MAX_SEGMENT_BYTES,
    }),
    (opened) => opened.close(),
  );
  const { people } = opening.adopt(
    openPeople(join(config.dataDir, "bookstore-people"), "bookstore", deps.clock),
    (opened) => opened.close(),
  );
  const opened = opening.move();
  let own = "";
  return {
    shardCount: 1,
    people,
    journals,
    ownership: {
      owns: () => true,
      term: () => 1,
      ownerOf: () => undefined,
      map: () => ({ version: 1, owners: [{ address: own, shards: [0] }] }),
    },
    peers: NO_PEERS,
    createHolders: () => NO_HOLDERS,
    onFailure: (_shards, _shard, error) => {
      queueMicrotask(() => {
        throw error;
      });
    },
    load: (shards) => shards.load([0]),
    join: async (_, address) => {
      own = address;
    },
    leave: async () => {},
    close: () => opened.disposeAsync(),
  };
}

const alone = () => Promise.reject(unavailable("there is no other process"));

const NO_PEERS: Peers = {
  forward: alone,
  searchOthers: async () => [],
  listOthers: async () => [],
};

const NO_HOLDERS: PartHolders = { hold: alone, settle: alone };
