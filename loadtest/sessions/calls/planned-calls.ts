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
const NOBODY = -1;
/** Few are active and have no friends. */
const MAX_DRAWS = 1_000;

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
    const pair = drawPair(population, own);
    const viewer = viewerOf(pair);
    const owner = viewer === undefined ? NOBODY : ownerOf(viewer);
    return { operation, address: owner < 0 ? undefined : owner, message: encode(pair) };
  };
}

/** An active person and a friend of theirs. */
function drawPair({ active, friends }: CallsOptions["population"], key: number): Pair {
  for (let draw = 1; draw <= MAX_DRAWS; draw++) {
    const person = active.personAt(Math.floor(unit(keyOf(key, 2 * draw)) * active.count));
    const known = friends(person);
    if (known.length === 0) continue;
    return { person, friend: known[Math.floor(unit(keyOf(key, 2 * draw + 1)) * known.length)]! };
  }
  throw new RangeError("Of the active people of this world none has a friend: make it larger.");
}
