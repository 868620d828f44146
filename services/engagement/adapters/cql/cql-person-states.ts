import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import { ERASED_LIFE_MS, personKey } from "../../domain/person-key.ts";
import type { PersonState, PersonStates } from "../../ports.ts";

const MAX_KNOWN = 100_000;
/** How long a replica keeps to what it read; a change answers after twice that, as a read may be slow. */
const KNOWN_MS = 1_000;
const NO_TTL = 0;

/** Hidden and erased people as rows. */
export class CqlPersonStates implements PersonStates {
  readonly #cql: Cql;
  readonly #clock: Clock;
  readonly #known: LRUCache<UserId, PersonState>;

  constructor(cql: Cql, clock: Clock) {
    this.#cql = cql;
    this.#clock = clock;
    const perf = { now: () => clock.monotonicMs() };
    this.#known = new LRUCache({ max: MAX_KNOWN, ttl: KNOWN_MS, perf });
  }

  async stateOf(user: UserId): Promise<PersonState> {
    const known = this.#known.get(user);
    if (known !== undefined) return known;
    const query = "SELECT state FROM person_states WHERE person_key = ?";
    const [row] = await this.#cql.run(query, [personKey(user).toString("hex")]);
    const state = (row?.state as PersonState | undefined) ?? "visible";
    this.#known.set(user, state);
    return state;
  }

  async set(user: UserId, state: PersonState): Promise<void> {
    const key = personKey(user).toString("hex");
    if (state === "visible") {
      await this.#cql.run("DELETE FROM person_states WHERE person_key = ?", [key]);
    } else {
      const ttl = state === "erased" ? ERASED_LIFE_MS / 1_000 : NO_TTL;
      const query = "INSERT INTO person_states (person_key, state) VALUES (?, ?) USING TTL ?";
      await this.#cql.run(query, [key, state, ttl]);
    }
    this.#known.delete(user);
    await this.#clock.delay(2 * KNOWN_MS);
  }
}
