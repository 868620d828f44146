import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import { ERASED_LIFE_MS, personKey } from "../../domain/person-key.ts";
import type { PersonState, PersonStates } from "../../ports.ts";

const HIDDEN = 0n;

/** Key: the person's hash; value: until when the person counts as erased, 0 for hidden. No row: visible. */
export class LmdbPersonStates implements PersonStates {
  readonly #lmdb: Lmdb;
  readonly #clock: Clock;
  readonly #table: Table;

  constructor(lmdb: Lmdb, clock: Clock) {
    this.#lmdb = lmdb;
    this.#clock = clock;
    this.#table = lmdb.table("person-states");
  }

  async stateOf(user: UserId): Promise<PersonState> {
    const row = this.#table.get(personKey(user));
    if (row === undefined) return "visible";
    const untilMs = readU64(row);
    if (untilMs === HIDDEN) return "hidden";
    return untilMs > BigInt(this.#clock.nowMs()) ? "erased" : "visible";
  }

  async set(user: UserId, state: PersonState): Promise<void> {
    const key = personKey(user);
    const erasedUntil = BigInt(Math.round(this.#clock.nowMs() + ERASED_LIFE_MS));
    await this.#lmdb.commit((tx) => {
      if (state === "visible") tx.remove(this.#table, key);
      else tx.put(this.#table, key, u64Key(state === "hidden" ? HIDDEN : erasedUntil));
    });
  }
}
