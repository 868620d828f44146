import { type TObject, Type } from "@sinclair/typebox";
import { MAX_PEOPLE, MAX_SEED, MIN_PEOPLE } from "../../../population/graph/world.ts";
import { MAX_COPIES } from "../../../tools/mesh/services.ts";
import type { FaultSpec, LoadSpec, PaceSpec, SliceSpec, SurgeSpec } from "../scenario.ts";

/** Beyond it the world would come a hundred times a second. */
const MAX_DAILY_USERS = 1e12;
/** A process holds the 4,096 shards of at most as many owners. */
const MAX_OWNERS = 4_096;
const MAX_SECONDS = 7 * 86_400;
const MAX_WARM_UP_SECONDS = 3_600;
const MAX_FACTOR = 1_000;
const MAX_RATE = 1_000_000;
const MAX_LIST = 1_000;
/** Each is a connection of the gateway's and of ours. */
const MAX_STREAMS = 100_000;

const whole = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const number = (minimum: number, maximum: number) => Type.Number({ minimum, maximum });
const list = { maxItems: MAX_LIST };
const closed = { additionalProperties: false };
const atSecond = number(0, MAX_SECONDS);
const length = number(0.001, MAX_SECONDS);
const many = whole(1, MAX_PEOPLE);
const label = Type.String({ minLength: 1, maxLength: 100 });

/** What every scenario has; the parts with several forms are in the tables below. */
export const SCENARIO = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    about: Type.String({ maxLength: 1_000 }),
    world: Type.Object(
      {
        people: whole(MIN_PEOPLE, MAX_PEOPLE),
        seed: whole(0, MAX_SEED),
        meanFriends: Type.Optional(number(1, 5_000)),
      },
      closed,
    ),
    slice: Type.Unknown(),
    dailyUsers: number(1, MAX_DAILY_USERS),
    pace: Type.Unknown(),
    warmUpSeconds: whole(0, MAX_WARM_UP_SECONDS),
    seconds: whole(1, MAX_SECONDS),
    load: Type.Unknown(),
    streams: Type.Optional(whole(0, MAX_STREAMS)),
    copies: Type.Optional(whole(1, MAX_COPIES)),
    surges: Type.Array(Type.Unknown(), list),
    faults: Type.Array(Type.Unknown(), list),
    thresholds: Type.Array(Type.String(), list),
  },
  closed,
);

/** A schema for each form of T, by the value of its field `K`, that says what T says. */
type Forms<T, K extends keyof T & string> = {
  readonly [V in T[K] & string]: TObject & { static: Extract<T, { readonly [P in K]: V }> };
};

const form = <F extends Parameters<typeof Type.Object>[0]>(fields: F) =>
  Type.Object(fields, closed);

export const SLICES = {
  rate: form({ kind: Type.Literal("rate") }),
  owner: form({ kind: Type.Literal("owner"), owners: whole(2, MAX_OWNERS) }),
} satisfies Forms<SliceSpec, "kind">;

const factor = number(0, MAX_FACTOR);

export const PACES = {
  constant: form({ shape: Type.Literal("constant") }),
  ramp: form({ shape: Type.Literal("ramp"), from: factor, to: factor }),
  spike: form({ shape: Type.Literal("spike"), factor, atSecond, seconds: length }),
  steps: form({
    shape: Type.Literal("steps"),
    factors: Type.Array(factor, { minItems: 1, maxItems: MAX_LIST }),
  }),
} satisfies Forms<PaceSpec, "shape">;

const calls = Type.Array(
  form({
    method: Type.String({ pattern: "^[\\w.]+/\\w+$", examples: ["package.Service/Method"] }),
    weight: number(0.000_001, 1e6),
    message: Type.Record(Type.String(), Type.Unknown()),
    timeoutMs: Type.Optional(whole(1, 600_000)),
  }),
  { minItems: 1, maxItems: 100 },
);

export const LOADS = {
  sessions: form({
    kind: Type.Literal("sessions"),
    via: Type.Union([Type.Literal("grpc"), Type.Literal("rest")]),
    reactions: Type.Optional(Type.Boolean()),
  }),
  mix: form({
    kind: Type.Literal("mix"),
    perSecond: number(0.001, MAX_RATE),
    spread: Type.Optional(Type.Union([Type.Literal("poisson"), Type.Literal("even")])),
    throttled: Type.Optional(Type.Boolean()),
    calls,
  }),
  closed: form({ kind: Type.Literal("closed"), callers: whole(1, 100_000), calls }),
} satisfies Forms<LoadSpec, "kind">;

export const SURGES = {
  "celebrity post": form({
    kind: Type.Literal("celebrity post"),
    atSecond,
    posts: whole(1, 10_000),
  }),
  "mass return": form({
    kind: Type.Literal("mass return"),
    atSecond,
    people: many,
    overSeconds: length,
  }),
  refresh: form({ kind: Type.Literal("refresh"), atSecond, people: many, overSeconds: length }),
  "hot viewer": form({
    kind: Type.Literal("hot viewer"),
    atSecond,
    seconds: length,
    perSecond: number(0.001, MAX_RATE),
  }),
  flood: form({
    kind: Type.Literal("flood"),
    from: Type.Union([Type.Literal("one address"), Type.Literal("one instance")]),
    atSecond,
    seconds: length,
    perSecond: number(0.001, MAX_RATE),
  }),
  connections: form({
    kind: Type.Literal("connections"),
    atSecond,
    connections: whole(1, 1_000_000),
    overSeconds: length,
  }),
} satisfies Forms<SurgeSpec, "kind">;

export const FAULTS = {
  kill: form({ kind: Type.Literal("kill"), atSecond, label, backAfterSeconds: number(0, 3_600) }),
  restart: form({ kind: Type.Literal("restart"), atSecond, label }),
  pause: form({ kind: Type.Literal("pause"), atSecond, label, seconds: number(0.001, 600) }),
  slow: form({
    kind: Type.Literal("slow"),
    atSecond,
    label,
    seconds: number(0.001, 600),
    times: number(1.1, 100),
  }),
  "slow disk": form({
    kind: Type.Literal("slow disk"),
    atSecond,
    label,
    seconds: length,
    extraMs: number(0.001, 60_000),
  }),
} satisfies Forms<FaultSpec, "kind">;
