import { afterEach, beforeEach } from "vitest";
import { type DeepPartial, Limit, RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { present } from "../../model/invariant.ts";
import { systemClock } from "../../platform/clock/system-clock.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { ServedGrpc } from "../../platform/lifecycle/serve.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { connectRateLimit } from "../host/connect.ts";
import { LimitHolder } from "../host/limit-holder.ts";
import { remoteLeaseSource } from "../host/remote-lease-source.ts";

export interface RateLimitFixture {
  /** One more process on the same store. */
  start(): Promise<ServedGrpc>;
  remove(): Promise<void>;
}

const log = createLogger("test", "silent");

/** A service that is started for each test, and what tests do with it. */
class LimitsUnderTest {
  #fixture: RateLimitFixture | undefined;
  #service: ServedGrpc | undefined;
  #channel: Channel | undefined;

  async open(fixture: RateLimitFixture): Promise<void> {
    this.#fixture = fixture;
    await this.restart();
  }

  readonly restart = async (): Promise<void> => {
    this.#channel?.close();
    await this.#service?.close();
    this.#service = await present(this.#fixture).start();
    this.#channel = connectRateLimit([this.#service.address], PATIENT);
  };

  async close(): Promise<void> {
    this.#channel?.close();
    await this.#service?.close();
    await this.#fixture?.remove();
  }

  get service(): ServedGrpc {
    return present(this.#service);
  }

  get limits(): Client<typeof RateLimitServiceService> {
    return createClient(RateLimitServiceService, present(this.#channel));
  }

  readonly set = (...list: readonly DeepPartial<Limit>[]) =>
    this.limits.setLimits({
      limits: list.map((one) => Limit.create(one)),
      removedPaths: [],
      expectedRevision: undefined,
    });

  readonly check = (path: string, ops = 1n, bytes = 0n) =>
    this.limits.checkLimit({ path, ops, bytes });

  readonly holderOf = (name: string) => {
    const source = remoteLeaseSource(present(this.#channel));
    return new LimitHolder({ source, holder: name, clock: systemClock, log });
  };
}

/** For a suite: opened before each test, closed after it. */
export function limitsUnderTest(open: () => Promise<RateLimitFixture>): LimitsUnderTest {
  const test = new LimitsUnderTest();
  beforeEach(async () => test.open(await open()));
  afterEach(() => test.close());
  return test;
}

/** A rate so low that time plays no part. */
export function anHour(path: string, ops: bigint, burst: bigint) {
  return { path, rate: { ops }, perSeconds: 3_600, burst: { ops: burst } };
}

/** How many a holder allows at once. */
export function takeAll(holder: LimitHolder, path: string): number {
  let taken = 0;
  while (holder.take(path, 1, 0).kind === "allowed") taken++;
  return taken;
}
