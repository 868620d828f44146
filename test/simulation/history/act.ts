import type { UserId } from "../../../services/model/ids.ts";
import { EVERYONE } from "../../../services/model/pulled/pulled-table.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { Life } from "../mesh/network.ts";
import { Count } from "./live/count.ts";
import { Watch } from "./live/watch.ts";
import { Reader } from "./reader.ts";
import { type Step, type StepKind, USERS } from "./steps.ts";

const MAX_BURST = 6;
const MAX_PAGE = 7;
const MAX_READERS = 12;
const MAX_WATCHES = 4;
const MAX_OPERATIONS = 40;
/** Longer than five attempts of a worker and the waits between them. */
const MAX_POISONED_WAITS = 120;
const POISONED_WAIT_MS = 250;
const MAX_GIVEN_UP = 3;
const RACE_TURNS = 60;
const FAR_TURNS = 400;
const MAX_BACK_MS = 400;
const POSTS_OFF_MS = [0, 0, 300, -300, -3_600_000];
const DAY_MS = 24 * 3_600_000;

type Action = (step: Step) => void | Promise<void>;

/** The history of one mesh: carries out steps, most of which only begin something. */
export class History {
  readonly #mesh: Mesh;
  /** Who follows a timeline live. */
  readonly watches: Watch[] = [];
  readonly #readers: Reader[] = [];
  readonly #counts = new Set<Count>();
  readonly #client = new Life();

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    mesh.posts.onCreated = (post, author) => {
      for (const watch of this.watches) watch.created(post, author);
    };
    mesh.posts.onDeleted = (post) => {
      for (const one of [...this.#readers, ...this.#counts]) one.deleted(post);
    };
    mesh.friends.onChanged = (viewer, friend) => {
      for (const one of [...this.#readers, ...this.#counts, ...this.watches])
        one.unfriended(viewer, friend);
    };
  }

  async act(step: Step): Promise<void> {
    this.#mesh.env.dice.reseed(step.seed);
    await this.#actions[step.kind](step);
    await this.#mesh.env.turns.run(step.turns);
  }

  readonly #actions: Readonly<Record<StepKind, Action>> = {
    post: ({ a, b, c }) => {
      const { posts } = this.#mesh;
      const burst = c % 4 === 0 ? 1 + (b % MAX_BURST) : 1;
      for (let i = 0; i < burst; i++) this.#ask(posts, () => posts.create(user(a)));
    },
    delete: ({ a }) => {
      const { posts } = this.#mesh;
      const ids = [...posts.rows.keys()];
      if (ids.length > 0)
        this.#ask(posts, () => posts.delete(ids[ids.length - 1 - (a % Math.min(ids.length, 20))]));
    },
    befriend: (step) => this.#changeEdge(step, true),
    unfriend: (step) => this.#changeEdge(step, false),
    open: ({ a, b, c }) => {
      if (this.#readers.length >= MAX_READERS) this.#readers.splice(b % MAX_READERS, 1);
      const reader = new Reader(this.#mesh, user(a), b % 6 === 0);
      this.#readers.push(reader);
      this.#mesh.request(reader.read(1 + (c % MAX_PAGE), b % 2 === 0));
    },
    next: ({ a, b, c }) => {
      const open = this.#readers.filter(({ isOver }) => !isOver);
      if (open.length > 0)
        this.#mesh.request(open[a % open.length].read(1 + (c % MAX_PAGE), b % 3 > 0));
    },
    // Races with a fill: a friend posts just before somebody who was away comes back.
    return: async ({ a, b, c, ...rest }) => {
      const viewer = user(a);
      const author = this.#mesh.friends.friendsOf(viewer)[0] ?? viewer;
      await this.#actions.lapse({ a, b, c, ...rest });
      this.#ask(this.#mesh.posts, () => this.#mesh.posts.create(author));
      await this.#mesh.env.turns.run(b % RACE_TURNS);
      await this.#actions.open({ a, b, c, ...rest });
    },
    // Events of one edge overtake each other.
    waver: async (step) => {
      const changes = 2 + (step.c % 2);
      for (let i = 0; i < changes; i++) {
        this.#changeEdge(step, i % 2 === 0);
        await this.#mesh.env.turns.run(RACE_TURNS);
      }
    },
    // Two part, one deletes a post, and they are friends again: sooner or later than all hears of it.
    quarrel: async (step) => {
      const one = user(step.a);
      const other = this.#mesh.friends.friendsOf(one)[step.b % 5];
      const post = [...this.#mesh.posts.rows.values()].findLast(
        ({ authorId, deleted }) => authorId === other && !deleted,
      );
      if (!other || !post) return;
      const { friends, posts, env } = this.#mesh;
      const pause = () => env.turns.run(step.c % 2 === 0 ? RACE_TURNS : FAR_TURNS);
      this.#ask(friends, () => friends.change(one, other, false));
      await pause();
      this.#ask(posts, () => posts.delete(post.postId));
      await pause();
      this.#ask(friends, () => friends.change(one, other, true));
    },
    rebuild: ({ a }) => {
      const timeline = this.#mesh.timelineOf(user(a));
      this.#ask(timeline, () => timeline.parts.rebuild(user(a)));
    },
    lapse: ({ a }) => {
      const timeline = this.#mesh.timelineOf(user(a));
      this.#ask(timeline, () => timeline.parts.deactivate([user(a)]));
    },
    // Who is popular changes, and so does the delivery of everybody.
    pull: ({ a, b }) => this.#setPulled(user(a), b % 2 === 0),
    pullAll: ({ b }) => this.#setPulled(EVERYONE, b % 3 > 0),
    crashWorker: ({ a }) => this.#mesh.workers[a % this.#mesh.workers.length].crash(),
    restartWorker: ({ a }) => this.#mesh.workers[a % this.#mesh.workers.length].restart(),
    crashTimeline: ({ a, b }) =>
      this.#mesh.timelines[a % this.#mesh.timelines.length].crash(b % 5 === 0),
    doomTimeline: ({ a, b }) => {
      this.#mesh.timelines[a % this.#mesh.timelines.length].doom(1 + (b % MAX_OPERATIONS));
    },
    resize: () => this.#mesh.resize(),
    crashPosts: () => this.#mesh.posts.crash(),
    crashFriends: () => this.#mesh.friends.crash(),
    start: () => this.#mesh.start(),
    poison: ({ a }) => void this.#mesh.poisoned.add(user(a)),
    cure: () => this.#mesh.poisoned.clear(),
    letter: () => void this.#mesh.openLetter(),
    // Somebody's posts fail until one is given up; then they go well again.
    giveUp: async ({ a, b }) => {
      const { posts, poisoned, env } = this.#mesh;
      const letters = () => env.bus.payloads("dead-letters").length;
      const before = letters();
      poisoned.add(user(a));
      for (let i = 0; i <= b % MAX_GIVEN_UP; i++) this.#ask(posts, () => posts.create(user(a)));
      for (let wait = 0; wait < MAX_POISONED_WAITS && letters() === before; wait++) {
        await env.turns.run(RACE_TURNS);
        await this.#mesh.advance(POISONED_WAIT_MS);
      }
      poisoned.delete(user(a));
    },
    wait: ({ a }) => this.#mesh.advance(1 + (a % (a % 4 === 0 ? 600 : 30))),
    stepWall: ({ a }) => this.#mesh.stepWall(-(a % MAX_BACK_MS)),
    // Of the post service's machine alone; what it is off counts from the next start.
    stepPosts: ({ a, b }) => {
      this.#mesh.posts.clockOffMs = POSTS_OFF_MS[a % POSTS_OFF_MS.length];
      if (b % 2 === 0) this.#mesh.posts.crash();
    },
    sweep: () => {
      for (const timeline of this.#mesh.timelines) {
        this.#ask(timeline, () => timeline.parts.sweep());
      }
    },
    watch: ({ a, b, c }) => {
      if (this.watches.length >= MAX_WATCHES) this.#leave(b);
      const watch = new Watch(this.#mesh, user(a), 1 + (c % MAX_PAGE));
      this.watches.push(watch);
      void watch.follow();
    },
    leave: ({ a }) => this.#leave(a),
    age: ({ a }) => {
      const timeline = this.#mesh.timelines[a % this.#mesh.timelines.length];
      if (timeline.life()) timeline.parts.watchers.stopWhere(() => true);
    },
    cut: ({ a }) => this.#watch(a)?.cut(),
    stall: ({ a }) => this.#watch(a)?.stall(),
    goOn: ({ a }) => this.#watch(a)?.goOn(),
    count: ({ a, b }) => {
      const watch = this.#watch(a);
      const seen = [...(watch?.cursors.keys() ?? [])];
      if (!watch || seen.length === 0) return;
      const count = new Count(this.#mesh, watch, seen[b % seen.length]);
      this.#counts.add(count);
      this.#mesh.request(count.ask().finally(() => this.#counts.delete(count)));
    },
    years: ({ a }) => this.#mesh.stepWall((1 + (a % 500)) * DAY_MS),
  };

  #leave(number: number): void {
    for (const watch of this.watches.splice(number % this.watches.length, 1)) watch.leave();
  }

  #watch(number: number): Watch | undefined {
    return this.watches[number % this.watches.length];
  }

  #changeEdge({ a, b }: Step, areFriends: boolean): void {
    const { friends } = this.#mesh;
    const [one, other] = [user(a), user(b)];
    if (one !== other) this.#ask(friends, () => friends.change(one, other, areFriends));
  }

  /** Where there is no index nobody can pull. */
  #setPulled(author: UserId, isPulled: boolean): void {
    const { friends, pulled, canPull } = this.#mesh;
    if (canPull) this.#ask(friends, () => pulled.setPulled(author, isPulled));
  }

  /** A client's request to a process. */
  #ask(server: { readonly life: () => Life | undefined }, serve: () => unknown): void {
    const { network } = this.#mesh.env;
    this.#mesh.request(network.call(this.#client, server.life, serve));
  }
}

function user(number: number) {
  return USERS[number % USERS.length];
}
