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
  /** Told of each line that is refused. */
  readonly report: (line: number, reason: string) => void;
}

export const MAX_TRIES = 6;
const FIRST_DELAY_MS = 100;
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
  const work = async () => {
    while (failures.length === 0) {
      const { done, value: edge } = await source.next();
      if (done) return;
      if (edge.a === edge.b) counts.selfEdges++;
      else await importEdge(edge, counts, deps).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: deps.concurrency }, work));
  await source.return?.();
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
