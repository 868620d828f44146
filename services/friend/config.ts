import {
  FULL_SIZE_PEOPLE,
  MAX_PEOPLE,
  MAX_SEED,
  MIN_PEOPLE,
} from "../../population/graph/world.ts";
import { readConfig } from "../platform/config/config.ts";
import {
  addressesVariable,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { integer, oneOf } from "../platform/config/variables.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type FriendConfig = ReturnType<typeof readFriendConfig>;

/** Where friendships come from. The defaults are those of `npm run load -- population`. */
const GRAPH_VARIABLES = {
  graph: oneOf("TIDINGS_FRIEND_GRAPH", ["stored", "synthetic"], {
    default: "stored",
    help: "synthetic: computed from a seed, read only, for load tests",
  }),
  syntheticPeople: integer("TIDINGS_FRIEND_SYNTHETIC_PEOPLE", {
    default: FULL_SIZE_PEOPLE,
    min: MIN_PEOPLE,
    max: MAX_PEOPLE,
    help: "people of the synthetic graph: ids from 1",
  }),
  syntheticSeed: integer("TIDINGS_FRIEND_SYNTHETIC_SEED", {
    default: 1,
    min: 0,
    max: MAX_SEED,
    help: "another seed makes other friends",
  }),
  syntheticMean: integer("TIDINGS_FRIEND_SYNTHETIC_MEAN", {
    default: 0,
    min: 0,
    max: 5_000,
    help: "mean number of friends of the synthetic graph; 0: as published for Facebook, 190",
  }),
};

/** Which posts are pulled by readers instead of pushed to timelines. */
const DELIVERY_VARIABLES = {
  delivery: oneOf("TIDINGS_DELIVERY", ["push", "adaptive", "pull"], {
    default: "push",
    help: "asked for at the start of the friend service, and in force some seconds later. push: to timelines, but for popular authors; pull: readers fetch everybody's posts from the recent index; adaptive: push, but for authors of 10,000 deliveries a day and more whose posts cost less looked for than delivered",
  }),
  adaptivePagesADay: integer("TIDINGS_ADAPTIVE_PAGES_A_DAY", {
    default: 5,
    min: 1,
    max: 10_000,
    help: "with adaptive delivery: pages that a friend reads on a day, on average, until timeline processes have counted for an hour",
  }),
  popularFriends: integer("TIDINGS_POPULAR_FRIENDS", {
    default: 10_000,
    min: 1,
    max: 1_000_000_000,
    help: "the posts of authors with more friends than this are pulled",
  }),
};

/** The variables of the friend service; defaults of ports follow TIDINGS_PORT_BASE. */
export function friendVariables(env: Environment) {
  const own = {
    ...processVariables,
    ...portVariables("friend", env),
    ...engineVariables,
    timelineAddresses: addressesVariable("timeline", env),
  };
  return { ...own, ...DELIVERY_VARIABLES, ...GRAPH_VARIABLES, ...CQL_VARIABLES, ...AMQP_VARIABLES };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readFriendConfig(env: Environment) {
  return readConfig(friendVariables(env), env);
}
