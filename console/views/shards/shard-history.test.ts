import { expect, it } from "vitest";
import { ShardHistory } from "./shard-history.ts";

it("notices which shards have moved since the look before", () => {
  const history = new ShardHistory();
  history.look(["a", "a", "b", undefined], 0);
  expect(history.moves).toEqual([]);
  history.look(["a", "b", "b", "b"], 1_000);
  history.look(["a", "b", "b", "b"], 2_000);
  history.look(["a", undefined, "b", "b"], 3_000);
  expect(history.moves).toEqual([
    { time: "1970-01-01T00:00:03.000Z", from: "b", to: "", shards: 1 },
    { time: "1970-01-01T00:00:01.000Z", from: "a", to: "b", shards: 1 },
    { time: "1970-01-01T00:00:01.000Z", from: "", to: "b", shards: 1 },
  ]);
});

it("keeps so many moves and no more", () => {
  const history = new ShardHistory();
  for (let i = 0; i <= 300; i++) history.look([String(i)], i);
  expect(history.moves.length).toBe(200);
  expect(history.moves[0].to).toBe("300");
});
