import { MAX_STREAM_RANKED_USERS } from "../../../model/limits.ts";
import { createRevenueWindow } from "../../domain/ledger/revenue-order.ts";
import type { GrowthStore } from "../../domain/store/growth-store.ts";
import { count, eventKey, knownUser, unknownReferrer } from "../arguments.ts";
import { refusalError } from "../refusals.ts";
import {
  COUNT,
  HIGHEST,
  INSERT,
  INSERT_WITH_REFERRER,
  LOWEST,
  type Operation,
  RANK,
} from "./operation.ts";
import type { ResultWriter } from "./result-writer.ts";

const window = () => createRevenueWindow(MAX_STREAM_RANKED_USERS);

/** Does operations, one at a time, and writes what comes of each. */
export class OperationRunner {
  readonly #store: Pick<GrowthStore, "insert" | "state">;
  readonly #window = window();

  constructor(store: Pick<GrowthStore, "insert" | "state">) {
    this.#store = store;
  }

  /** @throws DomainError when it is refused; nothing is written then */
  run(operation: Operation, results: ResultWriter): void {
    const { kind } = operation;
    if (kind === INSERT || kind === INSERT_WITH_REFERRER) this.#insert(operation, results);
    else if (kind === LOWEST || kind === HIGHEST) this.#rankedUsers(operation, results);
    else if (kind === COUNT) this.#count(operation, results);
    else this.#user(operation, results);
  }

  #insert({ kind, numbers, eventId }: Operation, results: ResultWriter): void {
    const revenue = numbers[1];
    const referrer = kind === INSERT ? 0 : numbers[2];
    // Inside 0 stands for nobody; here it is a user that is not there.
    if (kind === INSERT_WITH_REFERRER && referrer === 0)
      throw unknownReferrer("referrer_user_id", "user", "0");
    const key = eventKey("event_id", eventId);
    const outcome = this.#store.insert({ revenue, referrer, key });
    if (outcome.kind === "refused") {
      const asked = { revenue, referrer, eventId: Buffer.from(eventId).toString() };
      throw refusalError(outcome.refusal, asked);
    }
    results.inserted({ userId: outcome.user, duplicate: outcome.kind === "duplicate" });
  }

  #rankedUsers({ kind, numbers, present }: Operation, results: ResultWriter): void {
    const k = count("k", numbers[1], MAX_STREAM_RANKED_USERS);
    const { order } = this.#store.state.ledger;
    const isBounded = (present & (1 << 2)) !== 0;
    const isInclusive = numbers[3] !== 0;
    if (kind === LOWEST) order.lowest(this.#window, k, isBounded ? numbers[2] : -1, isInclusive);
    else order.highest(this.#window, k, isBounded ? numbers[2] : Infinity, isInclusive);
    results.ranked(this.#window);
  }

  #count({ numbers, present }: Operation, results: ResultWriter): void {
    const max = (present & (1 << 2)) === 0 ? Infinity : numbers[2];
    results.count(this.#store.state.ledger.order.countBetween(numbers[1], max));
  }

  #user({ kind, numbers }: Operation, results: ResultWriter): void {
    const { ledger } = this.#store.state;
    const user = knownUser(ledger, numbers[1]);
    if (kind !== RANK) results.referrals(ledger.figuresOf(user));
    else results.rank(ledger.order.rankOf(user) + 1, ledger.count, ledger.order.revenueOf(user));
  }
}
