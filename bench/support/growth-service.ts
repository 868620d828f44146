import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GrowthServiceService, OperateRequest, type Operation } from "#gen/growth/v1/growth.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { findFileJournal } from "../../services/growth/adapters/log/file-journal.ts";
import { GrowthStore } from "../../services/growth/domain/store/growth-store.ts";
import { present } from "../../services/model/invariant.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { nodeFileSystem } from "../../services/platform/storage/log/node-file-system.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../tools/mesh/service-process.ts";
import { planMesh } from "../../tools/mesh/services.ts";
import { costOf } from "./entry-world.ts";
import { type Row, short } from "./table.ts";

const HOST = "127.0.0.1";
const STOP_MS = 20_000;
const MESSAGES = 2_000;
const PER_MESSAGE = 500;
const USERS = 10_000_000;
const MAX_REVENUE = 1_000_000;

const log = createLogger("bench", "silent");
const random = (below: number) => Math.floor(Math.random() * below);

/** Starts the service in a process of its own, as `npm start` does; by itself: there is no mesh to follow. */
async function startGrowth(dataDir: string): Promise<ServiceProcess> {
  const base = await findPortBase();
  const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours: ["growth"] });
  const plan = present(plans.find(({ name }) => name === "growth"));
  const alone = { ...plan, env: { ...plan.env, TIDINGS_GROWTH_FEED: "none" } };
  const service = spawnService(alone, {
    cwd: process.cwd(),
    env: {
      ...process.env,
      TIDINGS_DATA_DIR: dataDir,
      TIDINGS_LOG_LEVEL: "warn",
      // As a mesh does: what was compiled is there at the next start.
      NODE_COMPILE_CACHE: resolve(".data", "compile-cache"),
    },
    onLine: (_, line) => console.error(line),
  });
  await service.ready;
  return service;
}

/** Over one stream to a process of its own, which syncs its log. */
export async function streamRows(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  const service = await startGrowth(dataDir);
  try {
    const channel = connect(`${HOST}:${service.plan.port}`, { log, defaultDeadlineMs: 60_000 });
    const filled = await streamRow(channel, "inserts", (count) => insertOperation(count));
    const mixed = await streamRow(channel, "half inserts, the rest questions", mixedOperation);
    channel.close();
    return [filled, mixed];
  } finally {
    await service.stop(STOP_MS);
    rmSync(dataDir, { recursive: true });
  }
}

async function streamRow(
  channel: Channel,
  what: string,
  next: (count: number) => Operation,
): Promise<Row> {
  const { operate } = GrowthServiceService;
  const definition = {
    operate: {
      ...operate,
      requestSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  };
  // Made before: the driver shall cost as little as it can.
  const messages = Array.from({ length: MESSAGES }, (_, i) => {
    const operations = Array.from({ length: PER_MESSAGE }, () => next(i * PER_MESSAGE));
    return Buffer.from(OperateRequest.encode({ operations }).finish());
  });
  async function* all(): AsyncGenerator<Buffer> {
    yield* messages;
  }
  let answers = 0;
  const cost = await costOf(async () => {
    for await (const bytes of createClient(definition, channel).operate(all())) {
      answers += bytes.length > 0 ? 1 : 0;
    }
  }, MESSAGES * PER_MESSAGE);
  if (answers !== MESSAGES) throw new Error(`${answers} answers to ${MESSAGES} messages`);
  return {
    what: `one stream, ${PER_MESSAGE} operations a message, durable: ${what}`,
    measured: `${short(cost.perSecond)}/s`,
    ratio: `the driver has ${Math.round((100 * cost.cpuSeconds) / cost.seconds)}% of a core`,
    aim: "300k/s",
  };
}

function insertOperation(count: number): Operation {
  const revenue = BigInt(random(MAX_REVENUE));
  if (count === 0) return { operation: { $case: "insert", value: { revenue, eventId: "" } } };
  const referrerUserId = BigInt(1 + random(count));
  const value = { revenue, referrerUserId, eventId: "" };
  return { operation: { $case: "insertWithReferrer", value } };
}

function mixedOperation(): Operation {
  const dice = Math.random();
  const userId = BigInt(1 + random(MESSAGES * PER_MESSAGE));
  if (dice < 0.5) return insertOperation(MESSAGES * PER_MESSAGE);
  const minRevenue = BigInt(random(MAX_REVENUE));
  if (dice < 0.75) {
    const value = { k: 10, minRevenue, inclusive: false };
    return { operation: { $case: "getKLowestRevenues", value } };
  }
  if (dice < 0.9) return { operation: { $case: "getRank", value: { userId } } };
  return { operation: { $case: "getReferrals", value: { userId } } };
}

/** A process with 10M users, in checkpoints and the rest of the log, from its start to its first call. */
export async function restartRow(): Promise<Row> {
  const dataDir = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  try {
    await fill(join(dataDir, "growth"));
    const startedMs = performance.now();
    const service = await startGrowth(dataDir);
    const seconds = (performance.now() - startedMs) / 1_000;
    const cpu = cpuSeconds(service.pid);
    const channel = connect(`${HOST}:${service.plan.port}`, { log });
    const client = createClient(GrowthServiceService, channel);
    const { userCount } = await client.getRank({ userId: BigInt(USERS) });
    channel.close();
    await service.stop(STOP_MS);
    if (userCount !== BigInt(USERS)) throw new Error("not all users are there again");
    return {
      what: "restart with 10M users, half of them brought by another, from nothing to ready",
      measured: `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} CPU s`,
      ratio: "",
      aim: "3 s",
    };
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

async function fill(folder: string): Promise<void> {
  const options = { files: nodeFileSystem, folder, maxSegmentBytes: 16 * 2 ** 20 };
  const store = await GrowthStore.open(await findFileJournal(options), {
    limits: { maxUsers: USERS, maxEvents: 4_000_000 },
    checkpointRecords: 500_000,
    nowMs: () => Date.now(),
    fatal: (error) => {
      throw error;
    },
  });
  for (let user = 0; user < USERS; user++) {
    const referrer = user > 0 && Math.random() < 0.5 ? 1 + random(user) : 0;
    store.insert({ revenue: random(MAX_REVENUE), referrer, key: undefined });
    if (user % 5_000 === 0) await store.durable();
  }
  await store.close();
}
