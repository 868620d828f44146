import type { UserId } from "../../model/ids.ts";
import type { PersonState } from "../../model/person-states.ts";

export type JobState =
  | "hiding"
  | "waiting"
  | "erasing"
  | "blocked"
  | "done"
  | "restoring"
  | "cancelled";

/** What went from one table: how many, and the sum of their keyed hashes modulo 2^128. */
export interface Tally {
  readonly count: number;
  readonly hash: bigint;
}

export interface JobProgress {
  readonly found: number;
  /** Of these, what the scan under way has not deleted yet. */
  readonly left: number;
  readonly level: number;
  readonly levels: number;
  readonly scan: number;
  /** Items a second of deleting, lately; of a job that is done, over all of it. */
  readonly rate: number;
}

export interface BlockedItem {
  /** From the person to the item, as "table id". */
  readonly path: readonly string[];
  readonly reason: string;
}

export interface Certificate {
  readonly subjectHash: string;
  readonly doneMs: number;
  readonly tables: Readonly<Record<string, Tally>>;
  readonly signature: string;
}

/** What the subscribers of the topic are to be told of a person. */
export interface News {
  readonly userId: UserId;
  readonly state: PersonState;
  /** 128 bits in hex: all copies of the message have it. */
  readonly messageId: string;
  readonly timeMs: number;
}

/** One erasure. Times in ms since the Unix epoch. */
export interface Job {
  readonly jobId: string;
  readonly state: JobState;
  /** Undefined once the job is over: then only the certificate says whose it was, to whoever knows. */
  readonly userId: UserId | undefined;
  readonly requestedMs: number;
  readonly eraseAtMs: number;
  /** Who erases, and until when nobody else does. */
  readonly runner: { readonly id: string; readonly untilMs: number } | undefined;
  readonly progress: JobProgress | undefined;
  readonly tables: Readonly<Record<string, Tally>>;
  readonly blocked: readonly BlockedItem[];
  /** Runs that ended blocked, one after the other. */
  readonly attempts: number;
  readonly retryAtMs: number | undefined;
  readonly certificate: Certificate | undefined;
  /** Stored with the change that it tells of; undefined once it is on the bus. */
  readonly news: News | undefined;
  /** Of the last news, whoever's clock it was. */
  readonly newsMs: number;
  /** Numbers what the services are told that the person is, over all jobs of one person: rises with each step. */
  readonly change: number;
  /** The person was erased before: nothing can be brought back. */
  readonly isFinal: boolean;
}

export const OVER: ReadonlySet<JobState> = new Set(["done", "cancelled"]);

/** Nothing is to be done about it any more. */
export function isOver({ state, news }: Job): boolean {
  return OVER.has(state) && news === undefined;
}

/** When a job is to be looked at again, ms since the Unix epoch; 0: always, as long as it is not over. */
export function dueAtMs({ state, news, eraseAtMs, retryAtMs }: Job): number {
  if (news !== undefined) return 0;
  if (state === "waiting") return eraseAtMs;
  return state === "blocked" ? (retryAtMs ?? 0) : 0;
}

const FIRST_RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;

interface NewJobOptions {
  readonly nowMs: number;
  readonly windowMs: number;
  /** That of the same person, which is over: its certificate stays, and what goes now is added to it. */
  readonly before?: Job | undefined;
  readonly isFinal?: boolean;
}

export function newJob(
  jobId: string,
  userId: UserId,
  { nowMs, windowMs, before, isFinal = false }: NewJobOptions,
): Job {
  return {
    jobId,
    state: "hiding",
    userId,
    requestedMs: nowMs,
    eraseAtMs: nowMs + windowMs,
    runner: undefined,
    progress: undefined,
    tables: before?.tables ?? {},
    blocked: [],
    attempts: 0,
    retryAtMs: undefined,
    certificate: before?.certificate,
    news: undefined,
    newsMs: before?.newsMs ?? 0,
    change: (before?.change ?? 0) + 1,
    isFinal,
  };
}

/** What a change is stamped with. */
export interface Stamp {
  readonly nowMs: number;
  readonly messageId: string;
}

/** The job with what there is to tell; what was not told until now nobody needs to hear any more. */
export function telling(job: Job, state: News["state"], { nowMs, messageId }: Stamp): Job {
  if (job.userId === undefined) return job;
  const timeMs = Math.max(Math.floor(nowMs), job.newsMs + 1);
  return { ...job, news: { userId: job.userId, state, messageId, timeMs }, newsMs: timeMs };
}

/** The subscribers know; with a job that is over its person's id goes. */
export function told(job: Job, messageId: string): Job | undefined {
  return job.news?.messageId === messageId ? { ...job, news: undefined } : undefined;
}

/** Whether its deletion should be begun, or taken over from a runner that has gone. */
export function isDue(job: Job, nowMs: number): boolean {
  if (job.runner && job.runner.untilMs > nowMs) return false;
  if (job.state === "waiting") return job.eraseAtMs <= nowMs;
  if (job.state === "blocked") return (job.retryAtMs ?? 0) <= nowMs;
  return job.state === "erasing";
}

export function claimed(
  job: Job,
  id: string,
  { nowMs, leaseMs }: { nowMs: number; leaseMs: number },
) {
  if (!isDue(job, nowMs)) return undefined;
  const runner = { id, untilMs: nowMs + leaseMs };
  const change = job.state === "waiting" ? job.change + 1 : job.change;
  return { ...job, state: "erasing", runner, change, retryAtMs: undefined } as const;
}

/** Undefined: another has taken the job over. */
export function asRunner(job: Job | undefined, id: string): Job | undefined {
  return job?.state === "erasing" && job.runner?.id === id ? job : undefined;
}

export function blocked(job: Job, items: readonly BlockedItem[], nowMs: number): Job {
  const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** job.attempts);
  return {
    ...job,
    state: "blocked",
    blocked: items,
    attempts: job.attempts + 1,
    retryAtMs: nowMs + waitMs,
    runner: undefined,
  };
}

/** The person's id is in the job only as long as somebody is to be told. */
export function done(job: Job, certificate: Certificate, stamp: Stamp): Job {
  return {
    ...telling(job, "erased", stamp),
    state: "done",
    userId: undefined,
    runner: undefined,
    blocked: [],
    tables: certificate.tables,
    certificate,
  };
}

export function addTallies(
  tables: Readonly<Record<string, Tally>>,
  more: ReadonlyMap<string, Tally>,
): Readonly<Record<string, Tally>> {
  const sums = { ...tables };
  for (const [table, { count, hash }] of more) {
    const known = Object.hasOwn(sums, table) ? sums[table] : { count: 0, hash: 0n };
    sums[table] = { count: known.count + count, hash: (known.hash + hash) & MAX_HASH };
  }
  return sums;
}

/**
 * What a certificate says: that a person went, `person`, once, however often they were looked for, and only if anything
 * of theirs did. Every person can be said to be erased; who never was there did not go.
 */
export function withPerson(
  tables: Readonly<Record<string, Tally>>,
  person: Tally,
): Readonly<Record<string, Tally>> {
  const { users = person, ...others } = tables;
  return Object.values(others).some(({ count }) => count > 0) ? { ...others, users } : others;
}

export const MAX_HASH = 2n ** 128n - 1n;
