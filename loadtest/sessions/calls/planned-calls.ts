import { loadApi } from "../../../tools/call/api.ts";
import { keyOf, unit } from "../../population/hash.ts";
import { choiceTable } from "../../population/people/quantile-table.ts";
import type { Population } from "../../population/population.ts";
import type { MixedCall, WorldSpec } from "../../scenarios/scenario.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";
import { callNames } from "./call-name.ts";
import { compileCall, type Pair } from "./compile-call.ts";

export interface CallsOptions {
  readonly scenario: { readonly world: Pick<WorldSpec, "seed"> };
  readonly addresses: Readonly<
    Record<"post" | "friend" | "timeline" | "ranking", readonly string[]>
  >;
  readonly ownerOf: (viewer: number) => number;
  readonly population: Pick<Population, "active" | "friends">;
}

/** One call of a mix. */
export interface PlannedCall {
  readonly operation: number;
  readonly address: number | undefined;
  readonly message: Uint8Array;
}

/** Call number `n` of a run, from 0: the same for the same seed, whoever makes it. */
export type CallAt = (n: number) => PlannedCall;

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
    const { path, service, encode, viewerOf } = compileCall(api, call);
    const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
    const target = { path, addresses: addresses[service], timeoutMs };
    return { encode, viewerOf, operation: operations.add(prefix + names[i], "grpc", target) };
  });
  const choose = choiceTable(calls.map(({ weight }) => weight));
  const key = keyOf(options.scenario.world.seed, MIX_KEY);
  return (n) => {
    const own = keyOf(key, n);
    const { operation, encode, viewerOf } = compiled[choose(keyOf(own, 0))]!;
    const ownerOfPair = (pair: Pair) => {
      const viewer = viewerOf(pair);
      return viewer === undefined ? undefined : ownerOf(viewer);
    };
    const pair = drawPair(population, own, (drawn) => ownerOfPair(drawn) !== NOT_HERE);
    const owner = ownerOfPair(pair);
    return { operation, address: owner === NOT_HERE ? undefined : owner, message: encode(pair) };
  };
}

/** An active person and a friend of theirs: the first that `isWanted`, or the first if none is. */
function drawPair(
  { active, friends }: CallsOptions["population"],
  key: number,
  isWanted: (pair: Pair) => boolean,
): Pair {
  let first: Pair | undefined;
  for (let draw = 1; draw <= MAX_DRAWS; draw++) {
    const pair = {
      person: active.personAt(Math.floor(unit(keyOf(key, 2 * draw)) * active.count)),
      /** Looked up when asked for: most who are drawn for a slice are not of it. */
      get friend() {
        const known = friends(this.person);
        return known[Math.floor(unit(keyOf(key, 2 * draw + 1)) * known.length)] ?? NOBODY;
      },
    };
    const wanted = isWanted(pair);
    if ((!wanted && first) || friends(pair.person).length === 0) continue;
    if (wanted) return pair;
    first = pair;
  }
  if (first) return first;
  throw new RangeError("Of the active people of this world none has a friend: make it larger.");
}
