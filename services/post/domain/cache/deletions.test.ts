import { expect, it } from "vitest";
import { seededRandom } from "../../../platform/storage/log/testing/random.ts";
import { CachingProcess, type ReaderFault } from "./testing/caching-process.ts";
import { DeletingProcess } from "./testing/deleting-process.ts";
import { DeletionWorld, type WorldFault } from "./testing/deletion-world.ts";

const STEPS = 400;
/** Old posts are of no more interest: what is read and deleted is one of so many. */
const NEWEST = 6;

interface Faults {
  readonly world?: WorldFault;
  readonly reader?: ReaderFault;
}

/**
 * One history: processes delete posts, log it in rows that may not be confirmed, die and are taken over; another keeps
 * what it reads, and looks at the log when it likes, while rows expire or are lost. Throws when that one shows a post
 * whose deletion was in the log before a look of it that has ended.
 */
async function live(seed: number, faults: Faults) {
  const world = new DeletionWorld(seededRandom(seed), faults.world);
  const reader = new CachingProcess(world, faults.reader);
  const writers = [new DeletingProcess(world, 1n), new DeletingProcess(world, 2n)];
  let generation = 2n;
  const anyPost = () => BigInt(world.postCount - world.below(Math.min(NEWEST, world.postCount)));
  const act = () => {
    const dice = world.below(100);
    const index = world.below(writers.length);
    const writer = writers[index];
    if (dice < 8 || world.postCount === 0) writer.create();
    else if (dice < 16) writer.delete(anyPost());
    else if (dice < 28) writer.write();
    else if (dice < 36) void reader.read(anyPost());
    else if (dice < 41) void reader.look();
    else if (dice < 42) writers[index] = new DeletingProcess(world, ++generation, writer.die());
    else if (dice < 44) world.expire();
    else if (dice < 45) world.lose();
    else world.step();
  };
  for (let step = 0; step < STEPS; step++) {
    act();
    await nextTurn();
    reader.check();
  }
  return { world, reader };
}

/** What needs nothing more of the world is done by then. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function faultsFound(faults: Faults, seeds: number): Promise<string> {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      await live(seed, faults);
    } catch (error) {
      return `seed ${seed}: ${error}`;
    }
  }
  return "nothing";
}

it("shows no post whose deletion was in the log before a look that has ended", async () => {
  expect(await faultsFound({}, 300)).toBe("nothing");
});

it("keeps posts meanwhile, and hears of deletions by heads, by rows and by gaps", async () => {
  const sum = { hits: 0, drops: 0, gaps: 0, rowReads: 0 };
  for (let seed = 1; seed <= 20; seed++) {
    const { world, reader } = await live(seed, {});
    sum.hits += reader.hits;
    sum.drops += reader.drops;
    sum.gaps += reader.gaps;
    sum.rowReads += world.rowReads;
  }
  expect(Object.values(sum).every((count) => count > 0)).toBe(true);
  expect(sum.drops).toBeGreaterThan(5 * sum.rowReads);
});

it.each<Faults>([
  { world: "logs deletions before they are durable" },
  { world: "numbers rows anew under one generation" },
  { world: "heads claim to tell of all rows" },
  { world: "heads tell of their own row only" },
  { reader: "does not announce its reads" },
])("is caught when broken on purpose: %o", async (faults) => {
  expect(await faultsFound(faults, 300)).toMatch(/^seed/);
});
