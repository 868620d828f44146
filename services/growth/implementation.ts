import type { PersonStates } from "../model/person-states.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { GrowthDefinition } from "./definition.ts";
import type { GrowthStore } from "./domain/store/growth-store.ts";
import { countRevenues } from "./handlers/count-revenues.ts";
import { findUser } from "./handlers/find-user.ts";
import { forgetPerson } from "./handlers/forget-person.ts";
import { getGrowth } from "./handlers/get-growth.ts";
import { getKHighestRevenues } from "./handlers/get-k-highest-revenues.ts";
import { getKLowestRevenues } from "./handlers/get-k-lowest-revenues.ts";
import { getRank } from "./handlers/get-rank.ts";
import { getReferrals } from "./handlers/get-referrals.ts";
import { getTopReferrers } from "./handlers/get-top-referrers.ts";
import { insert } from "./handlers/insert.ts";
import { insertWithReferrer } from "./handlers/insert-with-referrer.ts";
import { operate } from "./handlers/operate/operate.ts";
import { recordEvents } from "./handlers/record-events.ts";
import { setPersonState } from "./handlers/set-person-state.ts";

interface GrowthServiceDeps {
  readonly store: GrowthStore;
  readonly people: PersonStates;
  readonly clock: Clock;
}

/** tidings.growth.v1 over a store. */
export function growthService({ store, people, clock }: GrowthServiceDeps): Implementation {
  return implement(GrowthDefinition, {
    insert: insert(store),
    insertWithReferrer: insertWithReferrer(store),
    getKLowestRevenues: getKLowestRevenues(store),
    getKHighestRevenues: getKHighestRevenues(store),
    getRank: getRank(store),
    countRevenues: countRevenues(store),
    getReferrals: getReferrals(store),
    getTopReferrers: getTopReferrers(store),
    operate: operate(store),
    recordEvents: recordEvents({ store, people }),
    findUser: findUser(store),
    forgetPerson: forgetPerson(store),
    setPersonState: setPersonState(people),
    getGrowth: getGrowth(store, clock),
  });
}
