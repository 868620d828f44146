import type { UserId } from "../../../services/model/ids.ts";
import { UNHEARD_MS } from "../../../services/timeline/domain/friends/untold-polls.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { Life } from "../mesh/network.ts";
import { checkQuiet, compareWithTruth, tryScroll } from "./quiet.ts";
import { USERS } from "./steps.ts";

const CHANGES = 6;
const EVENTS = "edges.fanout";
/** By then an owner has asked what it was not told, or says that it can't. */
const HEARD_MS = UNHEARD_MS + 2_000;

/**
 * On a quiet mesh friends change, and no event of it comes: of what was answered, and told before, all whole
 * pages know, in these orders; in later histories also those of owners that die meanwhile, and some time later those of
 * owners that could not be told.
 */
export async function checkTold(mesh: Mesh, orders: readonly (1 | 2)[]): Promise<void> {
  const { bus, dice, note } = mesh.env;
  mesh.friends.isTelling = true;
  bus.held.add(EVENTS);
  mesh.unsettle();
  // Of these nobody can say what is true, or has heard it.
  const unclear = new Set<UserId>();
  for (let change = 0; change < CHANGES && mesh.problems.length === 0; change++) {
    const [one, other] = [dice.pick(USERS), dice.pick(USERS)];
    if (one === other) continue;
    if (mesh.friends.isSayingChanged && dice.chance(0.3)) cutOff(mesh, one);
    const answer = await changed(mesh, one, other, dice.chance(0.6));
    if (mesh.friends.isSayingChanged) await live(mesh, dice.pick([one, other]), answer);
    const isKnown = answer === "told" || (answer === "untold" && mesh.friends.isSayingChanged);
    for (const viewer of [one, other]) {
      if (!isKnown) unclear.add(viewer);
      if (unclear.has(viewer)) continue;
      for (const order of orders) await look(mesh, viewer, order);
    }
    mesh.env.network.cut.length = 0;
    if (answer !== "told") note("an owner is not told of a friend change");
  }
  bus.held.delete(EVENTS);
  bus.pump();
  await checkQuiet(mesh);
}

type Answer = "told" | "untold" | "none";

async function changed(mesh: Mesh, one: UserId, other: UserId, areFriends: boolean) {
  const { friends, env } = mesh;
  const change = () => friends.change(one, other, areFriends);
  const answer = env.network.call(new Life(), friends.life, change);
  return mesh.finish(answer.catch((): Answer => "none"));
}

/** The friend service and the owner of this viewer don't reach each other; everybody else reaches both. */
function cutOff(mesh: Mesh, viewer: UserId): void {
  const [owner, friends] = [mesh.timelineOf(viewer).life(), mesh.friends.life()];
  if (owner && friends) mesh.env.network.cut.push([owner, friends]);
}

/** An owner may die, with all that it has not made durable; and who could not be told has time to ask. */
async function live(mesh: Mesh, viewer: UserId, answer: Answer): Promise<void> {
  if (answer === "untold") await mesh.advance(HEARD_MS);
  if (!mesh.env.dice.chance(0.4)) return;
  mesh.env.note("an owner dies after a friend change");
  const owner = mesh.timelineOf(viewer);
  owner.crash(false);
  await mesh.finish(owner.start());
}

async function look(mesh: Mesh, viewer: UserId, order: 1 | 2): Promise<void> {
  const ids = await tryScroll(mesh, viewer, order).catch(() => undefined);
  if (!ids) return mesh.env.note("pages say that they lack a friend change");
  mesh.env.note("pages know of a friend change before its event");
  compareWithTruth(mesh, viewer, ids, "before the event of a friend change");
}
