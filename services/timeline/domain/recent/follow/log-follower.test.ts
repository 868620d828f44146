import { expect, it } from "vitest";
import { seededRandom } from "../../../../platform/storage/log/testing/random.ts";
import { type FollowerFault, FollowerProcess } from "./testing/follower-process.ts";
import { LogWorld } from "./testing/log-world.ts";
import type { RelayFault } from "./testing/relay-process.ts";

const STEPS = 200;

interface Faults {
  readonly relay?: RelayFault;
  readonly follower?: FollowerFault;
}

/**
 * One history: posts, deletions, relays that crash between any two of their steps, are paused and taken
 * over; owners that read the log at their own pace, hear of rows by streams that lose, delay, repeat and break, pause,
 * start anew and join. Throws when an owner
 * claims what it has not.
 */
function live(seed: number, faults: Faults, keepsRows: boolean): void {
  const world = new LogWorld(seededRandom(seed), faults.relay);
  const join = () => new FollowerProcess(world, faults.follower);
  const owners = [join()];
  for (let step = 0; step < STEPS; step++) {
    const dice = world.below(100);
    if (dice < 25) world.write();
    else if (dice < 65) world.relayStep();
    else if (dice < 92) owners[world.below(owners.length)].step();
    else if (dice < 94) world.crash();
    else if (dice < 95) world.pauseOrResume();
    else if (dice < 98) world.takeOver();
    else if (dice < 99 && !keepsRows) {
      if (world.chance(0.5)) world.expire();
      else world.lose();
    } else if (owners.length < 3) owners.push(join());
    else owners[world.below(3)] = join();
  }
  world.heal();
  while (!world.isQuiet) world.relayStep();
  for (const owner of owners) owner.drain();
  const fresh = join();
  fresh.drain();
  if (keepsRows && !faults.follower) expectAll(world, [...owners, fresh]);
}

/** Nothing hinders any more: what has room reaches down to the first post. */
function expectAll(world: LogWorld, owners: readonly FollowerProcess[]): void {
  for (const owner of owners) {
    if (owner.hasRoom) expect(owner.since).toBeLessThanOrEqual(lowestOf(world));
  }
}

function lowestOf({ published }: LogWorld): bigint {
  return published.reduce((least, { post }) => (post < least ? post : least), 1n << 62n);
}

const faultsFound = (faults: Faults, seeds: number) => {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      live(seed, faults, seed % 2 === 0);
    } catch (error) {
      return `seed ${seed}: ${error}`;
    }
  }
  return "nothing";
};

it("claims only what is contiguous, and reaches all of it", () => {
  expect(faultsFound({}, 200)).toBe("nothing");
});

it.each<Faults>([
  { relay: "row after publishing" },
  { relay: "another row under the same number" },
  { relay: "tells of rows before they are durable" },
  { follower: "claims down to the lowest id it has read" },
  { follower: "follows the living only" },
  { follower: "does not wait for the heads" },
  { follower: "takes ids as they come" },
  { follower: "takes lost rows for empty ones" },
  { follower: "takes what it hears for contiguous" },
  { follower: "takes the heads that it heard for those of the log" },
])("is caught when broken on purpose: %o", (faults) => {
  expect(faultsFound(faults, 400)).toMatch(/^seed/);
});
