import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import { BookstorePeerServiceService } from "#gen/bookstore/v1/peer.ts";
import { MAX_SHARDS } from "../../../services/bookstore/domain/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { dropKeyspace } from "../../../tools/engines/private/remove-own.ts";
import { findPortBase } from "../../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../../tools/mesh/service-process.ts";
import { planMesh } from "../../../tools/mesh/services.ts";
import { untilAnswered } from "../../../tools/mesh/until-answered.ts";
import type { CqlAddress } from "../engines/cql-keyspace.ts";
import { untilResting } from "./shard-owners.ts";

const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../../..");
const STOP_BOUND_MS = 20_000;

/** A search asks every shard; who has just come to have one loads it first. */
export async function untilAllServed(store: Client<typeof BookstoreServiceService>): Promise<void> {
  const search = () => store.searchBooks({ query: "anything", limit: 1 });
  await untilAnswered(search, { passing: ["UNAVAILABLE"], maxTries: 1_000, waitMs: 50 });
}

/** Two processes of one bookstore on CQL, each of which a test may end. */
export class BookstorePair implements AsyncDisposable {
  readonly env: Record<string, string>;
  readonly #processes: ServiceProcess[] = [];
  readonly #channels: { close(): void }[] = [];
  /** By the address of those that run. */
  readonly #running = new Map<
    string,
    Client<typeof BookstorePeerServiceService> & Client<typeof BookstoreServiceService>
  >();
  readonly stores: Client<typeof BookstoreServiceService>[] = [];

  private constructor(cql: CqlAddress, lease: string) {
    this.env = {
      TIDINGS_ENGINE: "cql",
      TIDINGS_CQL_CONTACT_POINTS: cql.contactPoints.join(","),
      TIDINGS_CQL_LOCAL_DC: cql.localDc,
      TIDINGS_CQL_KEYSPACE: `test_${randomBytes(5).toString("hex")}`,
      TIDINGS_BOOKSTORE_LEASE: lease,
      TIDINGS_LOG_LEVEL: "warn",
    };
  }

  static async start(address: CqlAddress, lease: string): Promise<BookstorePair> {
    const pair = new BookstorePair(address, lease);
    // One after the other: the first makes the tables.
    for (const index of [0, 1]) await pair.spawn(index);
    return pair;
  }

  async spawn(index: number): Promise<void> {
    const base = await findPortBase(HOST);
    const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours: ["bookstore"] });
    const plan = present(plans.find(({ name }) => name === "bookstore"));
    const options = { cwd: ROOT, env: { ...process.env, ...this.env }, onLine: () => {} };
    const spawned = spawnService(plan, options);
    this.#processes[index] = spawned;
    await spawned.ready;
    const address = `${HOST}:${plan.port}`;
    const channel = connect(address, { ...PATIENT, connections: 4, retry: "none" });
    this.#channels.push(channel);
    const store = createClient(BookstoreServiceService, channel);
    this.stores[index] = store;
    this.#running.set(address, { ...createClient(BookstorePeerServiceService, channel), ...store });
    spawned.exited.then(() => this.#running.delete(address));
  }

  /** Resolves when no shard moves between those that run, and every owner serves what it has. */
  async untilResting(): Promise<void> {
    await untilResting(this.#running, MAX_SHARDS);
    for (const store of this.#running.values()) await untilAllServed(store);
  }

  async kill(index: number): Promise<void> {
    const killed = present(this.#processes[index]);
    killed.signal("SIGKILL");
    await killed.exited;
  }

  /** In order; its exit code. */
  async end(index: number): Promise<number | null> {
    const ended = present(this.#processes[index]);
    ended.signal("SIGTERM");
    return (await ended.exited).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of this.#channels) channel.close();
    await Promise.all(this.#processes.map((one) => one.stop(STOP_BOUND_MS)));
    await dropKeyspace(this.env);
  }
}
