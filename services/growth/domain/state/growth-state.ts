import { Figures } from "../figures/figures.ts";
import { ReferralLedger } from "../ledger/referral-ledger.ts";
import type {
  EventRefusal,
  FeedPosition,
  GrowthEvent,
  InsertCommand,
  Outcome,
} from "./commands.ts";
import type { EventKey } from "./event-key.ts";
import { contentOutcome, recall, signUpOutcome } from "./event-outcome.ts";
import { EventWindow } from "./event-window.ts";
import { People, type PersonId } from "./people.ts";
import { UserColumns } from "./user-columns.ts";

export interface StateLimits {
  readonly maxUsers: number;
  /** Event keys that are remembered at least. */
  readonly maxEvents: number;
}

/** Far more than there are processes in the days for which the mesh keeps their rows. */
const MAX_GENERATIONS = 1_000;

/**
 * Everything that the service knows, as a state machine: a command is decided and applied in one step.
 * What was done, applied again in its order to the state before, gives the same state.
 */
export class GrowthState {
  readonly ledger: ReferralLedger;
  readonly figures = new Figures();
  readonly events: EventWindow;
  readonly people: People;
  readonly columns = new UserColumns();
  /** By generation: the last row that was taken in. */
  readonly feed = new Map<bigint, bigint>();

  constructor({ maxUsers, maxEvents }: StateLimits) {
    this.ledger = new ReferralLedger(maxUsers);
    this.people = new People(maxUsers);
    this.events = new EventWindow(maxEvents);
  }

  insert(command: InsertCommand): Outcome {
    const { revenue, referrer, key } = command;
    const known = key === undefined ? -1 : this.events.find(key);
    if (known >= 0) return this.#again(known, revenue, referrer);
    const refusal = this.ledger.refusalOf(revenue, referrer);
    if (refusal !== undefined) return refused(refusal);
    return { kind: "done", user: this.applyInsert(revenue, referrer, key) };
  }

  record(event: GrowthEvent): Outcome {
    const known = event.key === undefined ? -1 : this.events.find(event.key);
    if (known >= 0) return this.#recordedAgain(known, event);
    const refusal = this.figures.refusalOf(event.day) ?? this.#refusalOf(event);
    if (refusal !== undefined) return refused(refusal);
    return { kind: "done", user: this.applyEvent(event) };
  }

  /** One that was decided before. */
  applyInsert(revenue: number, referrer: number, key: EventKey | undefined): number {
    const user = this.ledger.insert(revenue, referrer);
    if (key !== undefined) this.events.add(key, user);
    this.figures.addNameless(user, referrer !== 0);
    this.columns.add(revenue, referrer, undefined, 0);
    return user;
  }

  /** One that was decided before. Returns the user of a sign-up, else 0. */
  applyEvent(event: GrowthEvent): number {
    const { person, day, origin, key } = event;
    if (event.kind !== "signed-up") {
      if (key !== undefined) this.events.add(key, contentOutcome(event));
      const user = this.people.userOf(person);
      const joined = user === 0 ? undefined : this.people.joinedOn(user);
      if (event.kind === "posted") this.figures.addPost(day, person, joined, origin);
      else this.figures.addActive(day, person, joined, origin);
      return 0;
    }
    const referrer = this.#userOf(event.referrer);
    const user = this.ledger.insert(event.revenue, referrer);
    if (key !== undefined) this.events.add(key, signUpOutcome(user));
    this.people.add(person, user, day);
    this.figures.addPerson(day, person, referrer !== 0, origin);
    this.columns.add(event.revenue, referrer, person, day);
    return user;
  }

  /** The user that a person was; 0: none. */
  forget(person: PersonId): number {
    const user = this.people.userOf(person);
    if (user !== 0) this.applyForget(user);
    return user;
  }

  /** One that was decided before. */
  applyForget(user: number): void {
    if (this.people.personOf(user) === undefined) return;
    this.people.remove(user);
    this.columns.forget(user);
  }

  /** A row of a feed was taken in. Generations rise with time: the oldest are forgotten. */
  fed({ generation, seq }: FeedPosition): void {
    this.feed.set(generation, seq);
    if (this.feed.size <= MAX_GENERATIONS) return;
    this.feed.delete([...this.feed.keys()].reduce((a, b) => (a < b ? a : b)));
  }

  #refusalOf(event: GrowthEvent): EventRefusal | undefined {
    if (event.kind !== "signed-up") return undefined;
    const { person, referrer, revenue } = event;
    if (referrer !== undefined && referrer.low === person.low && referrer.high === person.high) {
      return "self-referral";
    }
    if (this.people.userOf(person) !== 0) return "person-known";
    const user = this.#userOf(referrer);
    if (referrer !== undefined && user === 0) return "referrer-unknown";
    return this.ledger.refusalOf(revenue, user);
  }

  #userOf(person: PersonId | undefined): number {
    return person === undefined ? 0 : this.people.userOf(person);
  }

  /** An insert whose event was taken before. */
  #again(outcome: number, revenue: number, referrer: number): Outcome {
    const known = recall(outcome);
    if (known.kind !== "insert") return refused("key-conflict");
    const { user } = known;
    const isSame =
      this.people.personOf(user) === undefined &&
      this.ledger.ownRevenueOf(user) === revenue &&
      this.ledger.referrerOf(user) === referrer;
    return isSame ? { kind: "duplicate", user } : refused("key-conflict");
  }

  /** An event that was taken before. */
  #recordedAgain(outcome: number, event: GrowthEvent): Outcome {
    const known = recall(outcome);
    if (event.kind !== "signed-up") {
      const isSame =
        known.kind === "unknown" ||
        (known.kind === "content" && known.word === contentOutcome(event));
      return isSame ? { kind: "duplicate", user: 0 } : refused("key-conflict");
    }
    if (known.kind !== "insert" && known.kind !== "sign-up") return refused("key-conflict");
    const { user } = known;
    const person = this.people.personOf(user);
    // A person that was forgotten signs up no other time by the same event.
    const isPerson = person
      ? person.low === event.person.low && person.high === event.person.high
      : known.kind === "sign-up";
    const isSame = isPerson && this.#isAsItCame(user, event);
    return isSame ? { kind: "duplicate", user } : refused("key-conflict");
  }

  /** A referrer that was forgotten since can't be told from another. */
  #isAsItCame(
    user: number,
    { revenue, referrer }: Extract<GrowthEvent, { kind: "signed-up" }>,
  ): boolean {
    if (this.ledger.ownRevenueOf(user) !== revenue) return false;
    const brought = this.ledger.referrerOf(user);
    if (referrer === undefined) return brought === 0;
    const asked = this.#userOf(referrer);
    return asked === 0 ? brought !== 0 : asked === brought;
  }
}

function refused(refusal: EventRefusal): Outcome {
  return { kind: "refused", refusal };
}
