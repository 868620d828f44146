import { expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { until } from "../../test/support/until.ts";
import { MeshWatch } from "./mesh-watch.ts";

const valueIn = (sample: {
  pages: ReadonlyMap<string, readonly { value: number }[] | undefined>;
}) => sample.pages.get("post")?.[0]?.value;

function watched() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const all = async (path: string) => {
    asked.push(path);
    const page = `tidings_relay_published_total ${asked.length}\nother_total 5`;
    return new Map([
      ["post", { text: page }],
      ["friend", { silence: "nobody listens there" }],
    ]);
  };
  return { clock, asked, watch: new MeshWatch({ all, clock }) };
}

it("looks twice for who comes first, and once for who comes then", async () => {
  const { clock, asked, watch } = watched();
  const first = watch.window();
  await until(() => clock.sleeperCount === 1);
  await clock.advance(1_000);
  const { before, now } = await first;
  expect([valueIn(before), valueIn(now)]).toEqual([1, 2]);
  expect(now.pages.get("friend")).toBeUndefined();
  expect([...now.silences]).toEqual([["friend", "nobody listens there"]]);
  await clock.advance(3_000);
  const next = await watch.window();
  expect([valueIn(next.before), valueIn(next.now)]).toEqual([1, 3]);
  expect(asked).toEqual(["/metrics", "/metrics", "/metrics"]);
});

it("takes rates since the last look of who comes back after more than a window", async () => {
  const { clock, watch } = watched();
  const first = watch.window();
  await until(() => clock.sleeperCount === 1);
  await clock.advance(1_000);
  await first;
  await clock.advance(40_000);
  const { before, now } = await watch.window();
  expect([valueIn(before), valueIn(now), now.atMs - before.atMs]).toEqual([2, 3, 40_000]);
});

it("shows the same to all who look at one moment, and nothing old", async () => {
  const { clock, asked, watch } = watched();
  const two = [watch.window(), watch.window()];
  await until(() => clock.sleeperCount === 2);
  await clock.advance(1_000);
  await Promise.all(two);
  expect(asked.length).toBe(2);
  await clock.advance(120_000);
  const later = watch.window();
  await until(() => clock.sleeperCount === 1);
  await clock.advance(1_000);
  expect(valueIn((await later).before)).toBe(3);
});
