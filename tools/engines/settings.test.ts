import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const root = resolve(import.meta.dirname, "../..");

test("with nothing set, everything is local and below the repository", () => {
  expect(readSettings({})).toEqual({
    dataDir: join(root, ".data"),
    cacheDir: join(homedir(), ".cache", "tidings"),
    amqpPrefix: "tidings",
    amqpUrl: undefined,
    cqlContactPoints: undefined,
    amqpPort: 29_672,
    cqlPort: 29_042,
  });
});

test("addresses that are given are taken as they are", () => {
  const settings = readSettings({
    TIDINGS_AMQP_URL: "amqp://u:p@broker:5672/vhost",
    TIDINGS_CQL_CONTACT_POINTS: "a:9042, b:9042",
  });
  expect(settings.amqpUrl).toBe("amqp://u:p@broker:5672/vhost");
  expect(settings.cqlContactPoints).toEqual(["a:9042", "b:9042"]);
});

test("every mistake is named at once", () => {
  const wrong = { TIDINGS_AMQP_URL: "nats://x", TIDINGS_ENGINES_CQL_PORT: "65534" };
  expect(() => readSettings(wrong)).toThrow(
    /TIDINGS_AMQP_URL="nats:\/\/x".*\n.*TIDINGS_ENGINES_CQL_PORT="65534"/,
  );
});
