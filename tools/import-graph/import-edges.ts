import type { BatchAddFriendsRequest, BatchAddFriendsResponse } from "#gen/friend/v1/friend.ts";
import type { Counts } from "./counts.ts";
import type { Patience } from "./patience.ts";

/** A friendship, and the line that asked for it. */
export interface Edge {
  readonly line: number;
  readonly a: bigint;
  readonly b: bigint;
}

export interface ImportDeps {
  readonly addFriends: (request: BatchAddFriendsRequest) => Promise<BatchAddFriendsResponse>;
  readonly delay: (ms: number) => Promise<unknown>;
  /** With a service that takes nothing. */
  readonly patience: Patience;
  /** Friendships in flight at most. */
  readonly concurrency: number;
  /** Told now and then: everything up to this line is done. */
  readonly onDone?: (line: number) => void;
  /** Told of each line that is refused. */
  readonly report: (line: number, reason: string) => void;
  /** Begins nothing more once it is aborted; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Friendships of one call: more of them make it no faster. */
export const MAX_EDGES_PER_CALL = 250;

/** How many calls are in flight, and how many friendships are in each. */
export function callsOf(concurrency: number): { readonly calls: number; readonly edges: number } {
  const edges = Math.min(concurrency, MAX_EDGES_PER_CALL);
  return { calls: Math.floor(concurrency / edges), edges };
}

/**
 * Adds friendships, many in a call and several calls at a time, so that the store commits them in groups,
 * and counts what became of each. Throws the first failure that is not an edge's own fault, when nothing
 * is in flight.
 */
export async function importEdges(
  edges: AsyncIterable<Edge>,
  counts: Counts,
  deps: ImportDeps,
): Promise<void> {
  const { calls, edges: edgesPerCall } = callsOf(deps.concurrency);
  const source = batchesOf(edges, edgesPerCall, counts);
  const failures: unknown[] = [];
  /** By worker: the first line in hand. They are taken in order, so all before the lowest are done. */
  const inHand = new Float64Array(calls).fill(Number.POSITIVE_INFINITY);
  const isOver = () => failures.length > 0 || deps.signal?.aborted === true;
  const work = async (worker: number) => {
    while (!isOver()) {
      const { done, value: batch } = await source.next();
      if (done) return;
      inHand[worker] = batch[0].line;
      deps.onDone?.(Math.min(...inHand) - 1);
      await importBatch(batch, counts, deps).catch((error: unknown) => failures.push(error));
      if (failures.length === 0) inHand[worker] = Number.POSITIVE_INFINITY;
    }
  };
  await Promise.all(Array.from({ length: calls }, (_, worker) => work(worker)));
  await source.return();
  const lowest = Math.min(...inHand);
  if (Number.isFinite(lowest)) deps.onDone?.(lowest - 1);
  deps.signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}

/** Never empty; without people who are their own friends, who are counted. */
async function* batchesOf(
  edges: AsyncIterable<Edge>,
  size: number,
  counts: Counts,
): AsyncGenerator<readonly Edge[], void, undefined> {
  let batch: Edge[] = [];
  for await (const edge of edges) {
    if (edge.a === edge.b) counts.selfEdges++;
    else if (batch.push(edge) === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function importBatch(
  batch: readonly Edge[],
  counts: Counts,
  deps: ImportDeps,
): Promise<void> {
  const pairs = batch.map(({ a, b }) => ({ userId: a, friendId: b }));
  const { results } = await addWithRetries({ pairs }, deps);
  for (const [index, { changed, refusal }] of results.entries()) {
    if (refusal !== "") {
      counts.refused++;
      deps.report(batch[index].line, refusal);
    } else if (changed) counts.imported++;
    else counts.alreadyThere++;
  }
}

/** Tries again for as long as there is patience. */
async function addWithRetries(
  request: BatchAddFriendsRequest,
  { addFriends, patience, delay }: ImportDeps,
): Promise<BatchAddFriendsResponse> {
  for (let tries = 1; ; tries++) {
    try {
      const response = await addFriends(request);
      patience.succeeded();
      return response;
    } catch (error) {
      const waitMs = patience.waitMs(error, tries);
      if (waitMs === undefined) throw error;
      await delay(waitMs);
    }
  }
}
