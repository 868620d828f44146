import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Limit, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { trustedUserId } from "../services/model/ids.ts";
import { systemClock } from "../services/platform/clock/system-clock.ts";
import { inParallel } from "../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../services/platform/grpc/client/client.ts";
import { createLogger } from "../services/platform/telemetry/logger.ts";
import { AuthorQuotas } from "../services/post/domain/author-quotas.ts";
import { readRateLimitConfig } from "../services/ratelimit/config.ts";
import { createRateLimitService } from "../services/ratelimit/create.ts";
import { type Amounts, NOTHING } from "../services/ratelimit/domain/amounts.ts";
import { Coordinator } from "../services/ratelimit/domain/leases/coordinator.ts";
import { LEASE_TIMES } from "../services/ratelimit/domain/leases/lease.ts";
import { LimitBook } from "../services/ratelimit/domain/limits/limit-book.ts";
import { LimitHolder } from "../services/ratelimit/host/limit-holder.ts";
import { remoteLeaseSource } from "../services/ratelimit/host/remote-lease-source.ts";
import { limitOf } from "../services/ratelimit/wire/limit-message.ts";
import { type Benchmark, type Row, short } from "./support/table.ts";

const DECISIONS = 4_000_000;
const VMS = 100;
const CALLS = 4_000;
const IN_FLIGHT = 64;
const RENEWALS = 50_000;
const log = createLogger("bench", "silent");

/** What a decision about a limit costs: by a lease in this process, and by asking the service. */
export const limits: Benchmark = {
  name: "limits",
  about: "decisions by leases (host and VM, operations and bytes), by a call each, and renewals",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "tidings-limits-"));
    const config = readRateLimitConfig({
      TIDINGS_RATELIMIT_PORT: "0",
      TIDINGS_RATELIMIT_METRICS_PORT: "0",
      TIDINGS_DATA_DIR: folder,
    });
    const service = await createRateLimitService(config, { log });
    const channel = connect(service.address, { log });
    try {
      return [...(await decisionRows(channel)), renewalRow(1_000), renewalRow(100_000)];
    } finally {
      channel.close();
      await service.close();
      await rm(folder, { recursive: true });
    }
  },
};

async function decisionRows(channel: ReturnType<typeof connect>): Promise<Row[]> {
  const client = createClient(RateLimitServiceService, channel);
  const wide = { ops: 1_000_000n, bytes: 10_000_000_000n };
  const narrow = { ops: 1n, bytes: 1n };
  const limit = (path: string, rate: object, more: object = {}) =>
    Limit.create({ path, rate, burst: { ops: 1_000_000n, bytes: 4_000_000_000n }, ...more });
  await client.setLimits({
    limits: [
      limit("fleet/*", wide, { leased: true }),
      limit("fleet/*/*", wide),
      limit("tight/*", narrow, { burst: { ops: 1n, bytes: 1n }, leased: true }),
    ],
    removedPaths: [],
    expectedRevision: undefined,
  });
  const source = remoteLeaseSource(channel);
  await using holder = new LimitHolder({ source, holder: "bench", clock: systemClock, log });
  const paths = Array.from({ length: VMS }, (_, i) => `fleet/host/vm-${i}`);
  await holder.ready("fleet/host/vm-0");
  await holder.ready("tight/vm");
  const nodes = paths.flatMap((path) => holder.nodeOf(path) ?? []);
  const quotas = new AuthorQuotas({ perMinute: 1_000_000, burst: 1_000_000 });
  const plain = perCpuSecond(DECISIONS, (i) =>
    quotas.take(trustedUserId(BigInt(i % VMS)), i / 1_000),
  );
  const kept = perCpuSecond(DECISIONS, (i) => holder.takeAt(nodes[i % VMS], 1, 512));
  const byPath = perCpuSecond(DECISIONS, (i) => holder.take(paths[i % VMS], 1, 512));
  const refused = perCpuSecond(DECISIONS, () => holder.take("tight/vm", 1, 512));
  const called = await callsPerCpuSecond(() =>
    client.checkLimit({ path: paths[0], ops: 1n, bytes: 512n }),
  );
  const row = (what: string, rate: number, aim = ""): Row => ({
    what,
    measured: `${short(rate)} a CPU second`,
    ratio: (rate / kept).toFixed(3),
    aim,
  });
  return [
    row("decisions by a lease, host and VM, operations and bytes, the node kept", kept, "2M/s"),
    row("the same, by path", byPath, "2M/s"),
    row("the same, refused", refused),
    row("one token bucket a key in an LRU map, as CreatePost's quota in memory", plain),
    row("CheckLimit over gRPC, client and server in one process", called),
  ];
}

/** Hosts of one fleet renew their leases once a second each, and want another rate each time. */
function renewalRow(hosts: number): Row {
  const message = (path: string, rate: bigint) => {
    return Limit.create({ path, rate: { ops: rate }, ceiling: { ops: 1_000_000n } });
  };
  const book = new LimitBook(1n, [
    limitOf(message("fleet", 1_000_000n), "fleet"),
    limitOf(message("fleet/*", BigInt(Math.floor(500_000 / hosts))), "host"),
  ]);
  const times = LEASE_TIMES;
  const coordinator = new Coordinator({ book, times, nowMs: 0, remembered: undefined });
  const has = new Map<string, Amounts>();
  let renewed = 0;
  const renew = () => {
    const holder = `host-${renewed % hosts}`;
    const path = `fleet/${holder}`;
    const wants = { ops: Math.floor(Math.random() * 36_000_000), bytes: 0 };
    const known = has.get(holder);
    const ageMs = known && times.refreshMs;
    const ask = { path, wants, has: known ?? NOTHING, ageMs };
    const asked = coordinator.ask(holder, ask, (renewed++ * times.refreshMs) / hosts);
    if (asked.kind === "leased") has.set(holder, asked.lease.granted);
    coordinator.takeRecalls();
  };
  while (renewed < 2 * hosts) renew();
  const rate = perCpuSecond(RENEWALS, renew);
  return {
    what: `renewals of ${short(hosts)} hosts, each of which wants another rate each time`,
    measured: `${short(rate)} a CPU second`,
    ratio: "",
    aim: hosts === 1_000 ? "hosts renew once a second" : "no slower than with 1,000",
  };
}

function perCpuSecond(times: number, work: (i: number) => unknown): number {
  for (let i = 0; i < times / 10; i++) work(i);
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work(i);
  const { user, system } = process.cpuUsage(before);
  return (times * 1_000_000) / (user + system);
}

async function callsPerCpuSecond(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await inParallel(IN_FLIGHT, Array.from({ length: CALLS }), call);
  const { user, system } = process.cpuUsage(before);
  return (CALLS * 1_000_000) / (user + system);
}
