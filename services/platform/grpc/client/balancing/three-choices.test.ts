import { experimental } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { startEcho } from "../../testing/echo-server.ts";
import { EchoService, type Note } from "../../testing/echo-service.ts";
import { PATIENT } from "../../testing/patient.ts";
import { connect, createClient } from "../client.ts";
import { ReplicaLoad } from "./load.ts";
import { CheaperPicker } from "./three-choices.ts";

const MINUTE_MS = 60_000;

type PickResult = experimental.PickResult;

/** Three replicas that answer one call after the other, each after its own time. */
class Replicas {
  nowMs = MINUTE_MS;
  readonly counts = [0, 0, 0];
  readonly #subchannels = [{}, {}, {}];
  readonly #timesMs: readonly number[];
  readonly #picker: CheaperPicker;
  #next = 0;

  constructor(timesMs: readonly number[]) {
    this.#timesMs = timesMs;
    const pick = () => this.#pickOf(this.#next++ % this.#subchannels.length);
    this.#picker = new CheaperPicker({ pick }, new WeakMap(), () => this.nowMs);
  }

  /** Ends, unless its replica stands still. */
  call(paused?: number): void {
    const { index, picked } = this.#begin();
    if (index === paused) return;
    this.nowMs += this.#timesMs[index];
    picked.onCallEnded?.(0, "", undefined as never);
  }

  #begin() {
    const picked = this.#picker.pick({ metadata: undefined as never, extraPickInfo: {} });
    const index = this.#subchannels.indexOf(picked.subchannel as never);
    this.counts[index]++;
    picked.onCallStarted?.();
    return { index, picked };
  }

  #pickOf(index: number): PickResult {
    const pickResultType = experimental.PickResultType.COMPLETE;
    const subchannel = this.#subchannels[index] as never;
    return { pickResultType, subchannel, status: null, onCallStarted: null, onCallEnded: null };
  }
}

describe("of three replicas", () => {
  it("equal ones take turns", () => {
    const replicas = new Replicas([10, 10, 12]);
    for (let call = 0; call < 300; call++) replicas.call();
    expect(replicas.counts).toEqual([100, 100, 100]);
  });

  it("one whose first call found everything cold takes its turns", () => {
    const timesMs = [10, 10, 300];
    const replicas = new Replicas(timesMs);
    for (let call = 0; call < 3; call++) replicas.call();
    timesMs[2] = 10;
    for (let call = 0; call < 297; call++) replicas.call();
    expect(replicas.counts).toEqual([100, 100, 100]);
  });

  it("one that pauses is passed over, also beside one that is slow always", () => {
    const replicas = new Replicas([10, 10, 100]);
    for (let call = 0; call < 60; call++) replicas.call();
    const before = replicas.counts[0];
    for (let call = 0; call < 60; call++) replicas.call(0);
    expect(replicas.counts[0] - before).toBeLessThan(4);
  });

  it("one that is ten times as slow is asked now and then, to see whether it still is", () => {
    const replicas = new Replicas([10, 10, 100]);
    for (let call = 0; call < 6_000; call++) replicas.call();
    expect(replicas.counts[2]).toBeGreaterThan(1);
    expect(replicas.counts[2]).toBeLessThan(30);
    expect(Math.abs(replicas.counts[0] - replicas.counts[1])).toBeLessThan(30);
  });
});

describe("a channel", () => {
  it("to three replicas asks each", async () => {
    const asked = new Set<number>();
    const noted = (index: number) => ({
      say: (note: Note) => {
        asked.add(index);
        return note;
      },
    });
    await using first = await startEcho(noted(0));
    await using second = await startEcho(noted(1));
    await using third = await startEcho(noted(2));
    const addresses = [first, second, third].map(({ server }) => server.address);
    using channel = connect(addresses, { ...PATIENT, retry: "none" });
    const client = createClient(EchoService, channel);
    while (asked.size < 3) await client.say({ text: "hello" });
  });
});

describe("what a replica's calls cost", () => {
  it("rises quickly, falls slowly, and counts those that it has", () => {
    const load = new ReplicaLoad();
    const call = (tookMs: number, nowMs: number) => {
      load.begun();
      load.ended(tookMs, nowMs);
    };
    const alone = load.costAt(1_000);
    load.begun();
    expect(load.costAt(1_000)).toBe(2 * alone);
    load.ended(0, 1_000);
    call(500, 1_000);
    expect(load.costAt(1_000)).toBe(100 ** 2);
    for (let calls = 0; calls < 10; calls++) call(500, 1_000);
    expect(load.costAt(1_000)).toBeGreaterThan(400 ** 2);
    call(10, 2_000);
    expect(load.costAt(2_000)).toBeGreaterThan(300 ** 2);
  });

  it("is forgotten, so that a replica which was slow is tried again", () => {
    const load = new ReplicaLoad();
    const quick = load.costAt(0);
    for (let calls = 0; calls < 2; calls++) {
      load.begun();
      load.ended(5_000, 0);
    }
    expect(load.costAt(0)).toBeGreaterThan(1_000 * quick);
    expect(load.costAt(60_000)).toBe(quick);
  });

  it("says nothing of streams that stay", () => {
    const load = new ReplicaLoad();
    load.begun();
    load.ended(900_000, 900_000);
    expect(load.costAt(900_000)).toBe(new ReplicaLoad().costAt(0));
  });
});
