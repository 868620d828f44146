import type { PersonStates } from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
import { openLmdb } from "../lmdb/open.ts";
import { LmdbPersonStates } from "./lmdb-person-states.ts";

export interface OpenedPeople {
  readonly people: PersonStates;
  close(): Promise<void>;
}

/** Hidden and erased people in an environment of their own, for a service that keeps all else in a log. */
export function openPeople(folder: string, as: string, clock: Pick<Clock, "nowMs">): OpenedPeople {
  const lmdb = openLmdb(folder);
  const people = new LmdbPersonStates({
    ...{ lmdb, as, clock },
    table: lmdb.table("person-states"),
    changes: lmdb.table("person-changes"),
  });
  return { people, close: () => lmdb.close() };
}
