import { describe, expect, it } from "vitest";
import { aloneClock } from "../../../../test/support/engines/alone.ts";
import {
  cqlTitle,
  freshKeyspace,
  runningCql,
} from "../../../../test/support/engines/cql-keyspace.ts";
import { userIdOf } from "../../../model/ids.ts";
import { migrate } from "../../../platform/storage/cql/migrate.ts";
import { CqlPersonStates } from "../../../platform/storage/people/cql-person-states.ts";
import { personKey } from "../../../platform/storage/people/person-key.ts";
import { takeOverStates } from "./earlier-states.ts";
import { ENGAGEMENT_TABLES, REACTOR_STATES } from "./schema.ts";

const address = await runningCql();
const [HIDDEN, ERASED, BACK, NOBODY] = [1, 2, 3, 4].map(userIdOf);

describe.skipIf(!address)(cqlTitle("people whom an earlier version hid", address), () => {
  it("stay hidden or erased, and those brought back since stay back", async () => {
    if (!address) return;
    const { cql, drop } = await freshKeyspace(address);
    try {
      await migrate(cql, ENGAGEMENT_TABLES);
      await takeOverStates(cql);
      await cql.define("CREATE TABLE person_states (person_key text PRIMARY KEY, state text)");
      const write = "INSERT INTO person_states (person_key, state) VALUES (?, ?) USING TTL ?";
      for (const [person, state, ttl] of [
        [HIDDEN, "hidden", 0],
        [ERASED, "erased", 1_000],
        [BACK, "hidden", 0],
      ] as const) {
        await cql.run(write, [personKey("engagement", person).toString("hex"), state, ttl]);
      }
      await takeOverStates(cql);
      const states = new CqlPersonStates({ cql, ...REACTOR_STATES, clock: aloneClock });
      await states.set(BACK, "visible");
      await takeOverStates(cql);
      const gone = await states.goneAmong([HIDDEN, ERASED, BACK, NOBODY]);
      expect([...gone]).toEqual([
        [HIDDEN, "hidden"],
        [ERASED, "erased"],
      ]);
    } finally {
      await drop();
    }
  });
});
