import { userIdOf } from "../../model/ids.ts";
import type { PersonState } from "../../model/person-states.ts";
import { claimed, done, type Job } from "../domain/job.ts";
import { asked, hidden, renumbered, restored, restoring, stateToTell } from "../domain/steps.ts";

/**
 * Every way in which calls of EraseUser and RestoreUser for one person can go: processes that take the same step at
 * once, that crash between any two moments, messages that are late, lost and repeated. The job and its steps are
 * the real ones. Two services are told: one changes a flag, the other moves items one by one, as the engagement
 * service does, and goes on with that whoever waits for it.
 */
export interface World {
  readonly job: Job | undefined;
  readonly flag: Standing;
  readonly moving: Standing;
  /** Of each item, whether readers see it, and by which change. */
  readonly items: readonly { readonly isShown: boolean; readonly change: number }[];
  readonly processes: readonly (Process | undefined)[];
  readonly network: readonly Message[];
  readonly movers: readonly Mover[];
  /** Calls that are still to come, and faults. */
  readonly left: Left;
  /** The person was erased at some moment. */
  readonly wasDone: boolean;
}

export interface Left {
  readonly erases: number;
  readonly restores: number;
  readonly faults: number;
}

/** What is left out on purpose, to see that the model notices. */
export type Slip = "no slip" | "services forget numbers" | "a step ends whoever it is" | "no end";

interface Standing {
  readonly state: PersonState;
  readonly change: number;
}

interface Message {
  readonly to: "flag" | "moving";
  /** Whose call it is; -1: nobody hears the answer any more. */
  readonly from: number;
  readonly told: Standing;
}

/** A call that the second service works on. */
interface Mover extends Omit<Message, "to"> {
  /** Items that it has moved. */
  readonly moved: number;
}

/** One that takes a step of the job. */
interface Process {
  readonly told: Standing;
  readonly flag: number | undefined;
  readonly moving: number | undefined;
}

const PERSON = userIdOf(7);
const ITEMS = 2;
const PROCESSES = 2;
const TIMES = { nowMs: 0, windowMs: 0 };
const STAMP = { nowMs: 0, messageId: "m" };
const CERTIFICATE = { subjectHash: "s", doneMs: 0, tables: {}, signature: "s" };
const NOBODY = -1;

/** `earlier`: the number that jobs had counted to which were lost since, with the person hidden. */
export function firstWorld(left: Left, earlier = 0): World {
  const isShown = earlier === 0;
  const standing: Standing = { state: isShown ? "visible" : "hidden", change: earlier };
  return {
    job: undefined,
    flag: standing,
    moving: standing,
    items: Array.from({ length: ITEMS }, () => ({ isShown, change: earlier })),
    processes: Array.from({ length: PROCESSES }, () => undefined),
    network: [],
    movers: [],
    left,
    wasDone: false,
  };
}

/** Everything that can happen next, by name. */
export function* nextWorlds(world: World, slip: Slip): Iterable<readonly [string, World]> {
  yield* calls(world, slip);
  yield* processSteps(world, slip);
  for (const [i, message] of world.network.entries()) {
    const without = { ...world, network: world.network.toSpliced(i, 1) };
    yield [`deliver to ${message.to}`, delivered(without, message, slip)];
    if (world.left.faults === 0) continue;
    const faulty = { ...without, left: { ...world.left, faults: world.left.faults - 1 } };
    yield ["lose a message", unanswered(faulty, message.from)];
    const late = { ...message, from: NOBODY };
    const repeated = { ...faulty, network: [...faulty.network, late] };
    yield ["repeat a message", delivered(repeated, message, slip)];
  }
  for (const [i, mover] of world.movers.entries()) {
    yield ["move", moved({ ...world, movers: world.movers.toSpliced(i, 1) }, mover, slip)];
  }
}

function* calls(world: World, slip: Slip): Iterable<readonly [string, World]> {
  const { job, left } = world;
  if (left.erases > 0) {
    const asking = { jobId: "j", userId: PERSON, ...TIMES };
    const next = asked(job, asking);
    const made = next && slip === "no end" ? { ...next, isFinal: false } : next;
    yield ["erase", { ...world, job: made ?? job, left: { ...left, erases: left.erases - 1 } }];
  }
  if (left.restores > 0 && job !== undefined) {
    const next = restoring(job) ?? job;
    yield ["restore", { ...world, job: next, left: { ...left, restores: left.restores - 1 } }];
  }
  const claim = job && claimed(job, "r", { nowMs: 0, leaseMs: 1 });
  if (job?.state === "waiting" && claim) yield ["claim", { ...world, job: claim }];
}

const TOLD: ReadonlySet<Job["state"] | undefined> = new Set(["hiding", "restoring", "erasing"]);

function* processSteps(world: World, slip: Slip): Iterable<readonly [string, World]> {
  const { job, processes, left } = world;
  const free = processes.indexOf(undefined);
  if (job && TOLD.has(job.state) && free >= 0) yield ["begin a step", told(world, free, job)];
  for (const [at, process] of processes.entries()) {
    if (process === undefined) continue;
    const { flag, moving } = process;
    if (flag !== undefined && moving !== undefined) {
      yield ["end a step", ended(world, at, Math.max(flag, moving), slip)];
    }
    if (left.faults > 0) {
      const faulty = { ...world, left: { ...left, faults: left.faults - 1 } };
      yield ["crash", unanswered(faulty, at)];
    }
  }
}

/** A process says to both what the person is. */
function told(world: World, at: number, job: Job): World {
  const says = { state: stateToTell(job), change: job.change };
  const process: Process = { told: says, flag: undefined, moving: undefined };
  const messages = (["flag", "moving"] as const).map((to) => ({ to, from: at, told: says }));
  return {
    ...world,
    processes: world.processes.with(at, process),
    network: [...world.network, ...messages],
  };
}

/** The process is gone, and what it has sent is on its way still. */
function unanswered(world: World, from: number): World {
  if (from === NOBODY) return world;
  const forget = <Sent extends { readonly from: number }>(sent: Sent): Sent =>
    sent.from === from ? { ...sent, from: NOBODY } : sent;
  return {
    ...world,
    processes: world.processes.with(from, undefined),
    network: world.network.map(forget),
    movers: world.movers.map(forget),
  };
}

/** As `sayEverywhere`, then the end of the step. */
function ended(world: World, at: number, inForce: number, slip: Slip): World {
  const { job, processes } = world;
  const process = processes[at];
  if (process === undefined || job === undefined) return world;
  const { change } = process.told;
  const freed = { ...world, processes: processes.with(at, undefined) };
  if (inForce > change) {
    const next = renumbered(job, change, inForce);
    return next && stateToTell(next) === process.told.state
      ? told({ ...freed, job: next }, at, next)
      : freed;
  }
  const heard = slip === "a step ends whoever it is" ? job.change : change;
  if (job.state === "erasing" && process.told.state === "erased" && job.change === heard) {
    return { ...freed, job: done(job, CERTIFICATE, STAMP), wasDone: true };
  }
  const finish = process.told.state === "visible" ? restored : hidden;
  return { ...freed, job: finish(job, STAMP, heard) ?? job };
}

function delivered(world: World, { to, from, told: asks }: Message, slip: Slip): World {
  const has = to === "flag" ? world.flag : world.moving;
  const isLate = asks.change < has.change && slip !== "services forget numbers";
  if (isLate) return answered(world, to, from, has.change);
  if (to === "flag") return answered({ ...world, flag: asks }, to, from, asks.change);
  // Who comes back is hidden until all is there.
  const moving = asks.state === "visible" ? { ...has, change: asks.change } : asks;
  const movers = [...world.movers, { from, told: asks, moved: 0 }];
  return { ...world, moving, movers };
}

function moved(world: World, mover: Mover, slip: Slip): World {
  const { from, told: asks, moved: count } = mover;
  const isFenced = slip !== "services forget numbers";
  if (count === ITEMS) {
    const isLate = isFenced && world.moving.change > asks.change;
    const moving = isLate ? world.moving : asks;
    return answered({ ...world, moving }, "moving", from, moving.change);
  }
  const item = world.items[count];
  const isLate = isFenced && item.change > asks.change;
  const own = { isShown: asks.state === "visible", change: asks.change };
  const items = isLate ? world.items : world.items.with(count, own);
  // It sees only after each item that another came; the model lets it go on to its end.
  return { ...world, items, movers: [...world.movers, { ...mover, moved: count + 1 }] };
}

function answered(world: World, to: Message["to"], from: number, inForce: number): World {
  const process = from === NOBODY ? undefined : world.processes[from];
  if (process === undefined) return world;
  return { ...world, processes: world.processes.with(from, { ...process, [to]: inForce }) };
}

/** What distinguishes one world from another for all that may still happen; short, as there are many. */
export function keyOf(world: World): string {
  const { job, flag, moving, items, processes, left, wasDone } = world;
  const network = world.network.map((one) => `${one.to} ${one.from} ${brief(one.told)}`);
  const movers = world.movers.map((one) => `${one.moved} ${one.from} ${brief(one.told)}`);
  return [
    job && `${job.state} ${job.change} ${job.isFinal}`,
    brief(flag),
    brief(moving),
    items.map(({ isShown, change }) => `${isShown}${change}`).join(),
    processes.map((one) => one && `${brief(one.told)} ${one.flag} ${one.moving}`).join(),
    network.sort().join(),
    movers.sort().join(),
    `${left.erases} ${left.restores} ${left.faults} ${wasDone}`,
  ].join("|");
}

function brief({ state, change }: Standing): string {
  return `${state[0]}${change}`;
}
