import type { Manifest, StoredJournal } from "../../ports.ts";
import { PART_PRECISION } from "../figures/day-figures.ts";
import type { GatheredUsers } from "../ledger/gathered-users.ts";
import { Checkpoints, decodeEvents, parseBlobName } from "./checkpoint.ts";
import { CHUNK_USERS, decodeChunk, UserChunk } from "./columns.ts";
import { EVENT_WORDS } from "./event-window.ts";
import type { GrowthState } from "./growth-state.ts";
import { decodeCohort, decodeDay } from "./stored-figures.ts";

/**
 * Fills an empty state from the last checkpoint; gives what makes the next ones. The ledger gathers users
 * from here on, until it is built.
 */
export async function restore(state: GrowthState, stored: StoredJournal): Promise<Checkpoints> {
  const { manifest } = stored;
  const gathered = state.ledger.gather();
  if (manifest === undefined) return new Checkpoints(state, undefined);
  state.figures.begin(manifest.today);
  for (const [generation, seq] of manifest.feed) {
    state.fed({ generation: BigInt(generation), seq: BigInt(seq) });
  }
  await restoreUsers(state, gathered, stored, manifest);
  await restoreEvents(state, stored, manifest);
  for (const name of manifest.blobs) {
    const { kind, index } = parseBlobName(name);
    if (kind === "day") state.figures.days.set(index, decodeDay(await stored.readBlob(name)));
    if (kind === "week") {
      const cohort = decodeCohort(await stored.readBlob(name), PART_PRECISION);
      state.figures.cohorts.set(index, cohort);
    }
  }
  return new Checkpoints(state, manifest);
}

async function restoreUsers(
  state: GrowthState,
  gathered: GatheredUsers,
  stored: StoredJournal,
  { users, blobs }: Manifest,
): Promise<void> {
  gathered.reserve(users);
  let open = new UserChunk(Math.floor(users / CHUNK_USERS));
  for (const name of blobs) {
    const { kind, index } = parseBlobName(name);
    if (kind !== "users") continue;
    const chunk = decodeChunk(await stored.readBlob(name));
    const first = index * CHUNK_USERS + 1;
    gathered.set(first, chunk.revenues, chunk.referrers);
    if (chunk.persons !== undefined) addPersons(state, chunk.persons, first);
    if (index === open.index) open = UserChunk.of(index, chunk);
  }
  state.columns.goOn(open);
}

function addPersons(state: GrowthState, persons: Uint32Array, firstUser: number): void {
  for (let at = 0; at < persons.length; at += 3) {
    const person = { low: persons[at], high: persons[at + 1] };
    if (person.low === 0 && person.high === 0) continue;
    state.people.add(person, firstUser + at / 3, persons[at + 2]);
  }
}

async function restoreEvents(
  { events }: GrowthState,
  stored: StoredJournal,
  { eventsFrom, events: end, blobs }: Manifest,
): Promise<void> {
  events.skipTo(eventsFrom);
  const names = blobs
    .filter((name) => parseBlobName(name).kind === "events")
    .sort((a, b) => parseBlobName(a).index - parseBlobName(b).index);
  for (const name of names) {
    const { from, words } = decodeEvents(name, await stored.readBlob(name));
    for (let at = 0; at < words.length; at += EVENT_WORDS) {
      const number = from + at / EVENT_WORDS;
      if (number < eventsFrom || number >= end) continue;
      events.add(words.subarray(at, at + EVENT_WORDS - 1), words[at + EVENT_WORDS - 1]);
    }
  }
}
