import { AccountState, DeadLetter, Event, type PostEvent } from "#gen/event/v1/event.ts";
import type { QueueName } from "../../services/platform/messaging/bus.ts";
import { queueStoredAs } from "../../services/platform/messaging/topics.ts";

/** A message that was given up. */
export interface Letter {
  readonly queue: QueueName;
  /** The message as it was on its queue. */
  readonly payload: Buffer;
  readonly reason: string;
  /** When it was given up, ms since the Unix epoch; 0 when the broker gave it up. */
  readonly timeMs: number;
  /** Undefined when the payload is no event. */
  readonly event: Event["event"];
}

/** Throws when the message is no dead letter, or names a queue that does not exist. */
export function readLetter(message: Uint8Array): Letter {
  const { queue, payload, reason, timeMs } = DeadLetter.decode(message);
  const known = queueStoredAs(queue);
  if (known === undefined || known === "dead-letters")
    throw new Error(`a dead letter names the queue "${queue}"`);
  return { queue: known, payload, reason, timeMs: Number(timeMs), event: eventOf(payload) };
}

/** The post that the letter is about. */
export function postOf({ event }: Letter): PostEvent | undefined {
  if (event?.$case === "post") return event.value;
  return event?.$case === "chunk" || event?.$case === "parked" ? event.value.post : undefined;
}

/** One line for people. */
export function describeLetter(letter: Letter, nowMs: number): string {
  return [letter.queue, subjectOf(letter), ageOf(letter.timeMs, nowMs), letter.reason].join("  ");
}

/** For programs; ids are strings, times ISO 8601, null when the broker gave it up. */
export function letterJson(letter: Letter) {
  const { queue, reason, timeMs, payload } = letter;
  const post = postOf(letter);
  return {
    queue,
    reason,
    time: timeMs === 0 ? null : new Date(timeMs).toISOString(),
    subject: subjectOf(letter),
    ...(post && { post_id: String(post.postId), author_id: String(post.authorId) }),
    payload: payload.toString("base64"),
  };
}

function eventOf(payload: Buffer): Event["event"] {
  try {
    return Event.decode(payload).event;
  } catch {
    return undefined;
  }
}

function subjectOf(letter: Letter): string {
  const { event } = letter;
  const post = postOf(letter);
  if (post !== undefined) {
    const what = post.deleted ? "deletion of post" : "post";
    return `${what} ${post.postId} by ${post.authorId}${rangeOf(event)}`;
  }
  if (event?.$case === "reaction") {
    return `reaction of ${event.value.userId} to post ${event.value.postId}`;
  }
  if (event?.$case === "erasure") {
    return `person ${event.value.userId} is ${STATES[event.value.state] ?? "something new"}`;
  }
  if (event?.$case === "signUp") return `sign-up of ${event.value.userId}`;
  if (event?.$case === "friend") return `edge ${event.value.userId} - ${event.value.friendId}`;
  return `${letter.payload.length} bytes that are no event`;
}

const STATES: Readonly<Partial<Record<AccountState, string>>> = {
  [AccountState.VISIBLE]: "visible again",
  [AccountState.HIDDEN]: "hidden",
  [AccountState.ERASED]: "erased",
};

function rangeOf(event: Letter["event"]): string {
  if (event?.$case === "parked") return `, ${event.value.viewerIds.length} viewers`;
  if (event?.$case !== "chunk") return "";
  const { fromFriendId, beforeFriendId } = event.value;
  return `, friends ${fromFriendId} to ${beforeFriendId === 0n ? "the last" : beforeFriendId}`;
}

const UNITS: readonly [name: string, ms: number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

function ageOf(timeMs: number, nowMs: number): string {
  if (timeMs === 0) return "age unknown";
  const ageMs = Math.max(0, nowMs - timeMs);
  const [name, ms] = UNITS.find(([, unitMs]) => ageMs >= unitMs) ?? ["s", 1_000];
  return `${Math.floor(ageMs / ms)} ${name} ago`;
}
