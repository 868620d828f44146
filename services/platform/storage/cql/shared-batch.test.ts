import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import type { CqlStatement } from "./session.ts";
import { SharedBatch, SharedBatches } from "./shared-batch.ts";

const LIMITS = { maxBytes: 100, gatherMs: 5 };

/** What was sent, and the way to end each. */
function heldDatabase() {
  const sent: { names: string; answer: PromiseWithResolvers<void> }[] = [];
  const send = (statements: readonly CqlStatement[]) => {
    const answer = Promise.withResolvers<void>();
    sent.push({ names: statements.map(({ query }) => query).join(" "), answer });
    return answer.promise;
  };
  const cql = {
    runPartition: send,
    run: async (query: string, values: CqlStatement["values"]) => {
      await send([{ query, values }]);
      return [];
    },
  };
  return { sent, cql, names: () => sent.map(({ names }) => names) };
}

function open() {
  const clock = new ManualClock();
  const database = heldDatabase();
  const batch = new SharedBatch(database.cql, clock, LIMITS);
  const write = (query: string, bytes = 10) => batch.write({ query, values: [] }, bytes);
  return { ...database, clock, write };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a shared batch", () => {
  it("sends who comes alone at once, and together who comes while that is under way", async () => {
    const { write, sent, names } = open();
    const first = write("a");
    await turn();
    expect(names()).toEqual(["a"]);
    const others = [write("b"), write("c")];
    await turn();
    expect(names()).toEqual(["a"]);
    sent[0].answer.resolve();
    await first;
    expect(names()).toEqual(["a", "b c"]);
    sent[1].answer.resolve();
    await Promise.all(others);
  });

  it("tells nobody before their own batch is durable", async () => {
    const { write, sent } = open();
    const told: string[] = [];
    const tell = (name: string) => write(name).then(() => told.push(name));
    const first = tell("a");
    await turn();
    const second = tell("b");
    sent[0].answer.resolve();
    await first;
    await turn();
    expect(told).toEqual(["a"]);
    sent[1].answer.resolve();
    await second;
    expect(told).toEqual(["a", "b"]);
  });

  it("waits no longer than it may for a batch that is not answered", async () => {
    const { write, names, clock } = open();
    void write("a");
    await turn();
    void write("b");
    await clock.advance(LIMITS.gatherMs - 1);
    expect(names()).toEqual(["a"]);
    await clock.advance(1);
    expect(names()).toEqual(["a", "b"]);
  });

  it("sends what is as large as a batch may be", async () => {
    const { write, names } = open();
    void write("a");
    await turn();
    for (const name of ["b", "c", "d"]) void write(name, 40);
    expect(names()).toEqual(["a", "b c d"]);
    void write("e", 40);
    expect(names()).toEqual(["a", "b c d"]);
  });

  it("fails those of a batch whose outcome nobody knows, and nobody else", async () => {
    const { write, sent } = open();
    const first = write("a");
    await turn();
    const failing = [write("b"), write("c")];
    sent[0].answer.resolve();
    await first;
    const last = write("d");
    sent[1].answer.reject(unavailable("timed out"));
    const results = await Promise.allSettled(failing);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(sent[2].names).toBe("d");
    sent[2].answer.resolve();
    await last;
  });
});

it("of several partitions stays below what a server warns of, also of rows that are all keys", async () => {
  const { cql, names } = heldDatabase();
  const clock = new ManualClock();
  const batches = new SharedBatches({ ...cql, replicaOf: (key) => String(key[0]) }, clock);
  const write = (replica: number, row: string) =>
    batches.write({ query: row, values: [] }, 0, Uint8Array.of(replica));
  void write(1, "first");
  void write(2, "other");
  await turn();
  for (let i = 0; i < 200; i++) void write(1, "row");
  await clock.advance(LIMITS.gatherMs);
  const rows = names().map((sent) => sent.split(" ").length);
  expect(rows).toEqual([1, 1, 56, 56, 56, 32]);
});
