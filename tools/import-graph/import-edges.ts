import type { AddFriendRequest, AddFriendResponse } from "#gen/friend/v1/friend.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import type { Counts } from "./counts.ts";

/** A friendship, and the line that asked for it. */
export interface Edge {
  readonly line: number;
  readonly a: bigint;
  readonly b: bigint;
}

export interface ImportDeps {
  readonly addFriend: (request: AddFriendRequest) => Promise<AddFriendResponse>;
  readonly delay: (ms: number) => Promise<unknown>;
  /** Friendships in flight at most. */
  readonly concurrency: number;
  /** Told now and then: everything up to this line is done. */
  readonly onDone?: (line: number) => void;
  /** Told of each line that is refused. */
  readonly report: (line: number, reason: string) => void;
}

export const MAX_TRIES = 6;
const FIRST_DELAY_MS = 100;
const EDGES_PER_REPORT = 1_000;
/** What is wrong with the edge itself: the next one may be taken. */
const REFUSALS = ["INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"];

/**
 * Adds friendships, many at a time so that the store commits them in groups, and counts what became
 * of each. Throws the first failure that is not the edge's own fault, when nothing is in flight.
 */
export async function importEdges(
  edges: AsyncIterable<Edge>,
  counts: Counts,
  deps: ImportDeps,
): Promise<void> {
  const source = edges[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  /** By worker: the line in hand. They are taken in order, so all before the lowest are done. */
  const inHand = new Float64Array(deps.concurrency).fill(Number.POSITIVE_INFINITY);
  let taken = 0;
  const work = async (worker: number) => {
    while (failures.length === 0) {
      const { done, value: edge } = await source.next();
      if (done) return;
      if (edge.a === edge.b) {
        counts.selfEdges++;
        continue;
      }
      inHand[worker] = edge.line;
      if (++taken % EDGES_PER_REPORT === 0) deps.onDone?.(Math.min(...inHand) - 1);
      await importEdge(edge, counts, deps).catch((error: unknown) => failures.push(error));
      if (failures.length === 0) inHand[worker] = Number.POSITIVE_INFINITY;
    }
  };
  await Promise.all(Array.from({ length: deps.concurrency }, (_, worker) => work(worker)));
  await source.return?.();
  const lowest = Math.min(...inHand);
  if (Number.isFinite(lowest)) deps.onDone?.(lowest - 1);
  if (failures.length > 0) throw failures[0];
}

async function importEdge(edge: Edge, counts: Counts, deps: ImportDeps): Promise<void> {
  try {
    const { changed } = await addWithRetries(edge, deps);
    if (changed) counts.imported++;
    else counts.alreadyThere++;
  } catch (error) {
    const isRefused = error instanceof DomainError && REFUSALS.includes(error.code);
    if (!isRefused) throw error;
    counts.refused++;
    deps.report(edge.line, error.message);
  }
}

/** Tries again while the service is UNAVAILABLE: adding a friend twice is the same as once. */
async function addWithRetries(edge: Edge, deps: ImportDeps): Promise<AddFriendResponse> {
  for (let tries = 1; ; tries++) {
    try {
      return await deps.addFriend({ userId: edge.a, friendId: edge.b });
    } catch (error) {
      const mayRetry = error instanceof DomainError && error.code === "UNAVAILABLE";
      if (!mayRetry || tries === MAX_TRIES) throw error;
      await deps.delay(FIRST_DELAY_MS * 2 ** (tries - 1));
    }
  }
}
