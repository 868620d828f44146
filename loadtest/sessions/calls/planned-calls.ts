import { CreatePostResponse } from "#gen/post/v1/post.ts";
import { keyOf, unit } from "../../../population/hash.ts";
import { choiceTable } from "../../../population/people/quantile-table.ts";
import type { Population } from "../../../population/population.ts";
import { loadApi, UsageError } from "../../../tools/call/api.ts";
import type { MixedCall, WorldSpec } from "../../scenarios/scenario.ts";
import type { TargetAddresses } from "../../target/target.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";
import { callNames } from "./call-name.ts";
import { type CompiledCall, compileCall, type Pair } from "./compile-call.ts";
import { PostPool } from "./post-pool.ts";
import { remembered } from "./remembered.ts";

export interface CallsOptions {
  readonly scenario: { readonly world: Pick<WorldSpec, "seed"> };
  readonly addresses: Omit<TargetAddresses, "gateway">;
  readonly ownerOf: (viewer: number) => number;
  readonly population: Pick<Population, "active" | "friends">;
}

/** One call of a mix. */
export interface PlannedCall {
  readonly operation: number;
  readonly address: number | undefined;
  /** Made when it is sent; "nothing": there is no post yet that it could be about. */
  message(): Uint8Array | "nothing";
  /** Told a good answer. */
  answered(message: Uint8Array): void;
}

/** Call number `n` of a run, from 0: the same for the same seed, whoever makes it. */
export type CallAt = (n: number) => PlannedCall;

const CREATE_POST = "/tidings.post.v1.PostService/CreatePost";
const MIX_KEY = 0x6d697863;
/** As a target says of a viewer whose owner is not part of its slice. */
const NOT_HERE = -1;
const NOBODY = 0;
/** Few are active and have no friends; but an owner slice may hold one viewer of hundreds. */
const MAX_DRAWS = 5_000;

/** `prefix`: before each operation's name. Throws a UsageError for a call that the mesh does not have. */
export async function planCalls(
  options: CallsOptions,
  calls: readonly MixedCall[],
  operations: OperationTable,
  prefix: string,
): Promise<CallAt> {
  const { addresses, ownerOf, population } = options;
  const api = await loadApi();
  const names = callNames(calls);
  const compiled = calls.map((call, i) => {
    const { path, service, ...rest } = compileCall(api, call);
    const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
    const serving = addresses[service];
    if (serving === undefined) {
      throw new UsageError(`${call.method}: this mesh runs without ${service}`);
    }
    const target = { path, addresses: serving, timeoutMs };
    const operation = operations.add(prefix + names[i], "grpc", target);
    return { ...rest, path, operation };
  });
  const pool = new PostPool();
  const hasFriends = remembered(
    (person: number) => person,
    (person) => population.friends(person).length > 0,
  );
  const choose = choiceTable(calls.map(({ weight }) => weight));
  const key = keyOf(options.scenario.world.seed, MIX_KEY);
  return (n) => {
    const own = keyOf(key, n);
    const { operation, encode, viewerOf, postCount, path } = compiled[choose(keyOf(own, 0))];
    if (postCount > 0) {
      const message = () => aboutPosts({ pool, population, key: own, postCount, encode });
      return { operation, address: undefined, message, answered: () => {} };
    }
    const { pair, owner } = drawPair({ ...population, hasFriends }, own, (drawn) => {
      const viewer = viewerOf(drawn);
      return viewer === undefined ? undefined : ownerOf(viewer);
    });
    const message = encode(pair);
    return {
      operation,
      address: owner === NOT_HERE ? undefined : owner,
      message: () => message,
      answered: (answer) => {
        if (path !== CREATE_POST) return;
        pool.add({ author: pair.person, postId: CreatePostResponse.decode(answer).postId });
      },
    };
  };
}

interface AboutPosts extends Pick<CompiledCall, "encode" | "postCount"> {
  readonly pool: PostPool;
  readonly population: Pick<Population, "friends">;
  readonly key: number;
}

/** About posts of this run, by a friend of the first one's author: whoever may see it. */
function aboutPosts(about: AboutPosts): Uint8Array | "nothing" {
  const { pool, population, key, postCount, encode } = about;
  const picked = Array.from({ length: postCount }, (_, i) => pool.pick(keyOf(key, 2 + i)));
  const posts = picked.filter((post) => post !== undefined);
  if (posts.length < postCount) return "nothing";
  const [{ author }] = posts;
  const friends = population.friends(author);
  const person = friends[Math.floor(unit(keyOf(key, 1)) * friends.length)] ?? author;
  return encode({ person, friend: author, posts: posts.map(({ postId }) => postId) });
}

interface Drawn extends Pick<Population, "active" | "friends"> {
  hasFriends(person: number): boolean;
}

interface Placed {
  readonly pair: Pair;
  /** As `ownerOf` says it. */
  readonly owner: number | undefined;
}

/** An active person and a friend of theirs: the first whose owner is here, or the first if none is. */
function drawPair(
  { active, friends, hasFriends }: Drawn,
  key: number,
  ownerOf: (pair: Pair) => number | undefined,
): Placed {
  let first: Placed | undefined;
  for (let draw = 1; draw <= MAX_DRAWS; draw++) {
    const person = active.personAt(Math.floor(unit(keyOf(key, 2 * draw)) * active.count));
    const pair = new DrawnPair(person, friends, unit(keyOf(key, 2 * draw + 1)));
    const owner = ownerOf(pair);
    if ((owner === NOT_HERE && first) || !hasFriends(person)) continue;
    if (owner !== NOT_HERE) return { pair, owner };
    first = { pair, owner };
  }
  if (first) return first;
  throw new RangeError("Of the active people of this world none has a friend: make it larger.");
}

/** Friends are looked up when asked for, once: most who are drawn for a slice are not of it. */
class DrawnPair implements Pair {
  readonly person: number;
  readonly #friends: Population["friends"];
  /** Of the friends, from 0 to 1. */
  readonly #place: number;
  #known: Int32Array | undefined;

  constructor(person: number, friends: Population["friends"], place: number) {
    this.person = person;
    this.#friends = friends;
    this.#place = place;
  }

  get known(): Int32Array {
    this.#known ??= this.#friends(this.person);
    return this.#known;
  }

  get friend(): number {
    return this.known[Math.floor(this.#place * this.known.length)] ?? NOBODY;
  }
}
