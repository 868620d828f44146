import { cpuSeconds } from "../../../loadtest/measure/machine/process-use.ts";
import { present } from "../../../services/model/invariant.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { engineSets } from "../../../test/support/engines/engine-sets.ts";
import { dropKeyspace } from "../../../tools/engines/private/remove-own.ts";
import type { Benchmark, Row } from "../../support/table.ts";
import { benchEngines } from "../engine-pids.ts";
import { type FriendWorld, IN_FLIGHT, openFriendWorld } from "./friend-world.ts";

const PEOPLE = 40;
const GROUPS = 5;
/** Whom nobody of the first ones knows. */
const OTHERS = 10_000;
const LISTS = 1_200;
const ADDS = 400;
/** Each side is measured so often, in turns: the machine's hours differ. The median counts. */
const TURNS = 3;
const MAX = 5_001;
const DAY_MS = 86_400_000;
const ONE_ROW = "SELECT friend, present, parts FROM friend_edges WHERE user = ? AND friend = ?";

interface Cost {
  readonly databaseUs: number;
  readonly clientUs: number;
}

interface Side {
  readonly what: string;
  readonly aim: string;
  readonly times: number;
  work(i: number): Promise<unknown>;
}

/** What a list of 200 costs the database and the friend service's adapters, and what adding a friend does. */
export const friendListsCql: Benchmark = {
  name: "friend-lists-cql",
  about:
    "A list of 200 friends on CQL, packed and as rows, and AddFriend: CPU of database and client",
  async run() {
    const [, { env }] = await engineSets();
    const engines = env && (await benchEngines());
    const pid = engines?.pids.cassandra?.pid;
    if (!env || pid === undefined)
      return [
        { what: "lists on CQL", measured: "left out: engines are not up", ratio: "", aim: "" },
      ];
    const world = await openFriendWorld(env);
    try {
      await world.befriend(0, GROUPS * PEOPLE);
      await world.befriend(OTHERS, PEOPLE);
      const lists = await measured(pid, await listSides(world));
      const adds = await measured(pid, addSides(world));
      return [...lists, ...adds];
    } finally {
      await world.cql.close();
      await dropKeyspace(env);
    }
  },
};

async function listSides(world: FriendWorld): Promise<readonly Side[]> {
  const lists = world.lists(false);
  const forgetful = world.lists(true);
  const person = (group: number, i: number) => world.person(group * PEOPLE + (i % PEOPLE));
  const told = [
    { changed: 0, agoMs: 0 },
    { changed: 5, agoMs: 2 * DAY_MS },
    { changed: 5, agoMs: 0 },
    { changed: 33, agoMs: 0 },
  ];
  for (const [group, { changed, agoMs }] of told.entries()) {
    for (let i = 0; i < PEOPLE; i++) {
      await lists.range(person(group, i), 1n, 0n, MAX);
      await lists.settle();
      await world.tellOf(person(group, i), changed, agoMs);
    }
  }
  const packed = (group: number) => (i: number) => lists.range(person(group, i), 1n, 0n, MAX);
  const rows = told.length;
  const side = (what: string, aim: string, work: Side["work"]): Side => {
    return { what, aim, work, times: LISTS };
  };
  return [
    side("as rows", "", (i) => world.edges.range(person(rows, i), 1n, 0n, MAX)),
    side("packed, nothing has changed in a week", "half", packed(0)),
    side("packed, 5 have changed two days ago", "half", packed(1)),
    side("packed, 5 have changed now", "half", packed(2)),
    side("33 have changed: looked at, and read as rows", "", packed(3)),
    side("not packed: looked at, read as rows, and packed", "", async (i) => {
      await forgetful.range(person(rows, i), 1n, 0n, MAX);
      await forgetful.settle();
    }),
    side("one row of it", "", (i) => {
      return world.cql.run(ONE_ROW, [person(rows, i), person(rows, i + 1)]);
    }),
  ];
}

/** The median of the turns of each side. */
async function measured(pid: number, sides: readonly Side[]): Promise<readonly Row[]> {
  for (const side of sides) await costOf(pid, { ...side, times: side.times / 4 });
  const turns: (readonly Cost[])[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const costs: Cost[] = [];
    for (const side of sides) costs.push(await costOf(pid, side));
    turns.push(costs);
  }
  const costs = sides.map((_, i) => ({
    databaseUs: median(turns.map((turn) => turn[i].databaseUs)),
    clientUs: median(turns.map((turn) => turn[i].clientUs)),
  }));
  const first = costs[0];
  return costs.map(({ databaseUs, clientUs }, i) => ({
    what: sides[i].what,
    measured: `${databaseUs.toFixed(0)} us of the database, ${clientUs.toFixed(0)} us of the client`,
    ratio: `${(databaseUs / first.databaseUs).toFixed(2)}x; ${(clientUs / first.clientUs).toFixed(2)}x`,
    aim: sides[i].aim,
  }));
}

async function costOf(pid: number, { times, work }: Side): Promise<Cost> {
  const used = () => ({ database: cpuSeconds(pid), client: cpuSeconds(process.pid) });
  const before = used();
  await inParallel(IN_FLIGHT, Array(times).keys(), work);
  const after = used();
  const each = (seconds: number) => (seconds / times) * 1e6;
  return {
    databaseUs: each(after.database - before.database),
    clientUs: each(after.client - before.client),
  };
}

function median(values: readonly number[]): number {
  return present(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);
}

/** Both ends have 200 friends, which are counted. */
function addSides(world: FriendWorld): readonly Side[] {
  let pair = 0;
  const side = (what: string, tells: boolean): Side => {
    const add = world.adder(tells);
    return {
      ...{ what, aim: "", times: ADDS },
      work: () => {
        const [one, other] = [pair % (GROUPS * PEOPLE), Math.floor(pair / (GROUPS * PEOPLE))];
        pair++;
        return add(world.person(one), world.person(OTHERS + other));
      },
    };
  };
  return [side("AddFriend, of which nobody is told", false), side("AddFriend", true)];
}
