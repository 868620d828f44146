import { type UserId, userIdOf } from "../../model/ids.ts";
import type { PersonState } from "../../model/person-states.ts";
import type { Holdings, Told } from "../ports.ts";

export interface FakeHoldings extends Holdings {
  readonly postsOf: Map<UserId, Set<bigint>>;
  readonly friendsOf: Map<UserId, Set<bigint>>;
  /** Open requests and blocks. */
  readonly relatedTo: Map<UserId, Set<bigint>>;
  readonly stateOf: Map<UserId, PersonState>;
  readonly friendState: Map<UserId, PersonState>;
  /** Who has a timeline. */
  readonly active: Set<UserId>;
  readonly ordersOf: Map<UserId, Set<bigint>>;
  /** The user that a person is. */
  readonly userOf: Map<UserId, bigint>;
  /** As the port names them. */
  readonly allReactions: Set<string>;
  readonly reactorState: Map<UserId, PersonState>;
  readonly buyerState: Map<UserId, PersonState>;
  readonly userState: Map<UserId, PersonState>;
  /** Awaited before each deletion of posts; may throw. */
  beforeErase: (posts: readonly bigint[]) => Promise<void> | void;
  /** Awaited before the engagement service hears what somebody is now; may throw. */
  beforeReactors: (user: UserId, state: PersonState) => Promise<void> | void;
}

const PART = 100;

function* parts(ids: Iterable<bigint>): Generator<bigint[]> {
  const all = [...ids];
  for (let i = 0; i < all.length; i += PART) yield all.slice(i, i + PART);
}

/** What a service takes people for: of late changes it knows. */
function told(states: Map<UserId, PersonState>): Told["setState"] {
  const changes = new Map<UserId, number>();
  return async (user, state, change) => {
    const last = changes.get(user) ?? 0;
    if (change < last) return last;
    changes.set(user, change);
    states.set(user, state);
    return change;
  };
}

/** People with posts and friends, in memory. */
export function fakeHoldings(): FakeHoldings {
  const [stateOf, friendState, reactorState, buyerState, userState] = Array.from(
    { length: 5 },
    () => new Map<UserId, PersonState>(),
  );
  const reactorTold = told(reactorState);
  const fake: FakeHoldings = {
    postsOf: new Map(),
    friendsOf: new Map(),
    relatedTo: new Map(),
    ...{ stateOf, friendState, reactorState, buyerState, userState },
    active: new Set(),
    ordersOf: new Map(),
    userOf: new Map(),
    allReactions: new Set(),
    beforeErase: () => {},
    beforeReactors: () => {},
    posts: {
      setState: told(stateOf),
      list: async function* (author) {
        yield* parts(fake.postsOf.get(author) ?? []);
      },
      erase: async (author, posts) => {
        await fake.beforeErase(posts);
        for (const post of posts) fake.postsOf.get(author)?.delete(post);
      },
    },
    friends: {
      setState: told(friendState),
      list: async function* (user) {
        yield* parts(fake.friendsOf.get(user) ?? []);
      },
      remove: async (user, friends) => {
        for (const friend of friends) {
          fake.friendsOf.get(user)?.delete(friend);
          fake.friendsOf.get(userIdOf(friend))?.delete(user);
        }
      },
      related: async function* (user) {
        yield* parts(fake.relatedTo.get(user) ?? []);
      },
      forget: async (user, others) => {
        for (const other of others) fake.relatedTo.get(user)?.delete(other);
      },
    },
    reactions: {
      setState: async (user, state, change) => {
        await fake.beforeReactors(user, state);
        return reactorTold(user, state, change);
      },
      by: (user, table) => fakeReactions(fake, table, ([person]) => person === String(user)),
      on: (posts, table) => fakeReactions(fake, table, ([, post]) => posts.includes(BigInt(post))),
      erase: async (ids) => {
        for (const id of ids) fake.allReactions.delete(id);
      },
    },
    orders: {
      setState: told(buyerState),
      list: async function* (buyer) {
        yield* parts(fake.ordersOf.get(buyer) ?? []);
      },
      anonymise: async (buyer, orders) => {
        for (const order of orders) fake.ordersOf.get(buyer)?.delete(order);
      },
    },
    revenues: {
      setState: told(userState),
      of: async (person) => [fake.userOf.get(person) ?? []].flat(),
      anonymise: async (person) => void fake.userOf.delete(person),
    },
    timelines: {
      isActive: async (viewer) => fake.active.has(viewer),
      deactivate: async (viewer) => void fake.active.delete(viewer),
    },
  };
  return fake;
}

/** Gives a person a timeline, and so many posts and friends. */
export function furnish(fake: FakeHoldings, user: UserId, posts: number, friends: number): void {
  fake.active.add(user);
  fake.postsOf.set(
    user,
    new Set(Array.from({ length: posts }, (_, i) => user * 10_000n + BigInt(i))),
  );
  const others = Array.from({ length: friends }, (_, i) => user + BigInt(i) + 1n);
  fake.friendsOf.set(user, new Set(others));
  for (const other of others) fake.friendsOf.set(userIdOf(other), new Set([user]));
}

async function* fakeReactions(
  { allReactions }: FakeHoldings,
  table: "likes" | "comments",
  isIt: (parts: readonly string[]) => boolean,
): AsyncGenerator<readonly string[]> {
  const isOfTable = (id: string) => id.endsWith(".0") === (table === "likes");
  const ids = [...allReactions].filter((id) => isOfTable(id) && isIt(id.split(".")));
  if (ids.length > 0) yield ids;
}
