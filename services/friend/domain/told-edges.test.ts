import { expect, it } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import type { ActOutcome, Consents, EdgeOutcome, EdgeWriter } from "../ports.ts";
import type { Act } from "./standing.ts";
import { toldEdges } from "./told-edges.ts";

const [USER, FRIEND] = [userIdOf(1n), userIdOf(2n)];
const EVENT = new Uint8Array(0);

/** A store that notes when its writes are durable, and owners that note what they are told. */
function setUp(edge: EdgeOutcome, acted: ActOutcome, isTold = true) {
  const happened: string[] = [];
  const durable =
    <T>(outcome: T) =>
    async () => {
      await Promise.resolve();
      happened.push("durable");
      return outcome;
    };
  const store: EdgeWriter & Consents = {
    ...{ add: durable(edge), remove: durable(edge), act: durable(acted) },
    related: async () => [],
    hidden: async () => [],
  };
  const tell = async (user: bigint, friend: bigint) => {
    await Promise.resolve();
    happened.push(`told ${user}-${friend}`);
    return isTold;
  };
  const noteUntold = async (user: bigint, friend: bigint) => {
    await Promise.resolve();
    happened.push(`noted ${user}-${friend}`);
  };
  return { edges: toldEdges(store, { tell }, noteUntold), happened };
}

const done = (areFriends: boolean, changed = true): ActOutcome => ({
  ...{ kind: "done", changed, areFriends },
});
const act = (name: Act) => ({ user: USER, other: FRIEND, act: name, event: EVENT, nowMs: 0 });

it.each(["changed", "unchanged"] as const)(
  "tells the owners before it answers, once it is durable; it was %s",
  async (kind) => {
    const { edges, happened } = setUp({ kind }, done(true));
    const change = { user: USER, friend: FRIEND, event: EVENT };
    expect(await edges.add(change)).toEqual({ kind });
    expect(await edges.remove(change)).toEqual({ kind });
    expect(happened).toEqual(["durable", "told 1-2", "durable", "told 1-2"]);
  },
);

it.each<[Act, ActOutcome, boolean]>([
  ["request", done(false), false],
  ["request", done(true), true],
  ["decline", done(false), true],
  ["decline", done(false, false), true],
  ["block", done(false), true],
  ["unblock", done(false), false],
  ["forget", done(false), true],
  ["block", { kind: "full", list: "blocks", user: USER }, false],
  ["request", { kind: "blocked" }, false],
])("of %s with %o owners are told: %s", async (name, outcome, isTold) => {
  const { edges, happened } = setUp({ kind: "changed" }, outcome);
  expect(await edges.act(act(name))).toEqual(outcome);
  expect(happened).toEqual(isTold ? ["durable", "told 1-2"] : ["durable"]);
});

it("notes what could not be told before it answers", async () => {
  const { edges, happened } = setUp({ kind: "changed" }, done(true), false);
  await edges.add({ user: USER, friend: FRIEND, event: EVENT });
  expect(happened).toEqual(["durable", "told 1-2", "noted 1-2"]);
});

it("tells nobody of what was refused", async () => {
  const { edges, happened } = setUp({ kind: "blocked" }, done(true));
  const change = { user: USER, friend: FRIEND, event: EVENT };
  expect(await edges.add(change)).toEqual({ kind: "blocked" });
  expect(happened).toEqual(["durable"]);
});
