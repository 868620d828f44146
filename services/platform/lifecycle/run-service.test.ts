import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../config/config.ts";
import { closeBoundMs } from "./close-bound.ts";
import { portInUse } from "./port-in-use.ts";
import { type ProcessHost, runService, type Start } from "./run-service.ts";

/** A process that records how it was ended instead of ending. */
class FakeProcess extends EventEmitter implements ProcessHost {
  readonly env = { TIDINGS_LOG_LEVEL: "silent" };
  readonly exits: number[] = [];
  readonly send = () => true;
  mask = 0;

  umask(mask: number): void {
    this.mask = mask;
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

/** A service that is up when `up` resolves, and closes when `finish` is called. */
function setUp(start?: Start) {
  const host = new FakeProcess();
  const up = Promise.withResolvers<void>();
  const closing = Promise.withResolvers<void>();
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  const close = () => {
    closing.resolve();
    return finished;
  };
  const done = runService(
    "test",
    start ??
      (async () => {
        up.resolve();
        return { address: "127.0.0.1:1", port: 1, close };
      }),
    host,
  );
  return { host, up: up.promise, closing: closing.promise, finish, fail, done };
}

describe("runService", () => {
  it.each(["SIGTERM", "SIGINT", "disconnect"])("closes on %s, then exits with 0", async (event) => {
    const { host, up, closing, finish, done } = setUp();
    await up;
    host.emit(event);
    await closing;
    expect(host.exits).toEqual([]);
    finish();
    await done;
    expect(host.exits).toEqual([0]);
  });

  it("writes files that are for its own user alone", async () => {
    const { host, up } = setUp();
    await up;
    expect(host.mask).toBe(0o077);
  });

  it("exits at once on a second signal", async () => {
    const { host, up, closing } = setUp();
    await up;
    host.emit("SIGTERM");
    await closing;
    host.emit("SIGINT");
    expect(host.exits).toEqual([1]);
  });

  it("says so and exits with 1 when nothing is left to wait for", async () => {
    const { host } = setUp(() => new Promise(() => {}));
    host.emit("beforeExit");
    expect(host.exits).toEqual([1]);
  });

  it("gives a close longer than the drain that is configured", () => {
    expect(closeBoundMs({ TIDINGS_DRAIN: "5m" })).toBeGreaterThan(300_000);
    expect(closeBoundMs({})).toBe(20_000);
  });

  it("exits with 1 when closing fails", async () => {
    const { host, up, fail, done } = setUp();
    await up;
    fail(new Error("disk full"));
    host.emit("SIGTERM");
    await done;
    expect(host.exits).toEqual([1]);
  });

  it("closes what is still starting when it is told to stop", async () => {
    const started = Promise.withResolvers<{ close(): Promise<void> }>();
    const { host, done } = setUp(() => started.promise);
    host.emit("SIGTERM");
    let isClosed = false;
    started.resolve({
      close: async () => {
        isClosed = true;
      },
    });
    await done;
    expect(isClosed).toBe(true);
    expect(host.exits).toEqual([0]);
  });

  it.each([
    new ConfigError(["TIDINGS_X is not set"]),
    portInUse({ host: "127.0.0.1", port: 50_051 }),
    new Error("no disk"),
  ])("exits with 1 when it cannot start: %s", async (error) => {
    const { host, done } = setUp(() => Promise.reject(error));
    await done;
    expect(host.exits).toEqual([1]);
  });

  it.each(["unhandledRejection", "uncaughtException"])("takes an %s for fatal", async (event) => {
    const { host, up } = setUp();
    await up;
    host.emit(event, new Error("nobody caught me"));
    expect(host.exits).toEqual([1]);
  });
});
