/** What is loaded, how much, for how long, and what must hold. One file a scenario; also from JSON. */
export interface Scenario {
  readonly name: string;
  /** One sentence: what it shows. */
  readonly about: string;
  readonly world: WorldSpec;
  readonly slice: SliceSpec;
  /** At pace 1 the load is that of so many daily users at the peak of their day. */
  readonly dailyUsers: number;
  /** Factor on it through the run. */
  readonly pace: PaceSpec;
  /** Load before `seconds`, sent and not measured. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly load: LoadSpec;
  /**
   * People who have the app open from before the warm-up to the end: so many live streams of the gateway, each
   * of another active person. None by default.
   */
  readonly streams?: number;
  /** Processes of gateway, post, friend, ranking and fanout each, in a mesh of the run's own on cql; 1 by default. */
  readonly copies?: number;
  /** Beside the load, in the order of their time. */
  readonly surges: readonly SurgeSpec[];
  readonly faults: readonly FaultSpec[];
  /** As "p99(timeline.get) < 50ms". */
  readonly thresholds: readonly string[];
}

export interface WorldSpec {
  readonly people: number;
  readonly seed: number;
  /** As published by default. */
  readonly meanFriends?: number;
}

/**
 * `rate`: everyone in the world, with as many of their sessions as `dailyUsers` asks for. `owner`: one
 * timeline process sees what it would see as one of `owners`: all posts, and only its own viewers.
 */
export type SliceSpec =
  | { readonly kind: "rate" }
  | { readonly kind: "owner"; readonly owners: number };

/**
 * The load's factor over the measured part (during the warm-up: as at its begin). Of sessions it counts how
 * many begin: those in progress go on, so the load follows a change within a minute.
 */
export type PaceSpec =
  | { readonly shape: "constant" }
  | { readonly shape: "ramp"; readonly from: number; readonly to: number }
  | {
      readonly shape: "spike";
      readonly factor: number;
      readonly atSecond: number;
      readonly seconds: number;
    }
  | { readonly shape: "steps"; readonly factors: readonly number[] };

export type LoadSpec =
  /**
   * What people do: pages, scrolls and posts, from loadtest/traffic. `via`: gRPC, or the REST gateway.
   * `reactions`: also likes and comments on what they read, and those of others with each page.
   */
  | { readonly kind: "sessions"; readonly via: "grpc" | "rest"; readonly reactions?: boolean }
  /**
   * Calls by hand, open: so many a second in all at pace 1, at random times; `even`: equally far apart, as
   * most load tools send, for comparisons with these.
   */
  | {
      readonly kind: "mix";
      readonly perSecond: number;
      readonly spread?: "poisson" | "even";
      /** Callers hold back from a target that refuses many, as the mesh's own clients do. */
      readonly throttled?: boolean;
      readonly calls: readonly MixedCall[];
    }
  /** Closed loop: so many callers, each asking again when it was answered. For cost, not for latency. */
  | {
      readonly kind: "closed";
      readonly callers: number;
      readonly calls: readonly MixedCall[];
    };

/** A call of any gRPC method. */
export interface MixedCall {
  /** As "tidings.timeline.v1.TimelineService/GetTimeline". */
  readonly method: string;
  /** Relative frequency. */
  readonly weight: number;
  /**
   * JSON of the request; "{person}" and "{friend}" become an active person of the world and a friend. Each
   * "{post}" becomes one that CreatePost of the same mix made (a generator's own), newer ones more often, and
   * "{person}" then is a friend of its author's; while there is none the call is skipped.
   */
  readonly message: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}

/** Something that many do, or one does very often, at one time of the measured part. */
export type SurgeSpec =
  /** Someone with very many friends posts. */
  | { readonly kind: "celebrity post"; readonly atSecond: number; readonly posts: number }
  /** People whose timelines are not active come back, all within `overSeconds`. */
  | {
      readonly kind: "mass return";
      readonly atSecond: number;
      readonly people: number;
      readonly overSeconds: number;
    }
  /** People who are there pull their page down, all within `overSeconds`. */
  | {
      readonly kind: "refresh";
      readonly atSecond: number;
      readonly people: number;
      readonly overSeconds: number;
    }
  /** One viewer's page is asked for again and again. */
  | {
      readonly kind: "hot viewer";
      readonly atSecond: number;
      readonly seconds: number;
      readonly perSecond: number;
    }
  /**
   * Pages of ever other people, asked for by one alone, over connections of its own: by an address, at the gateway;
   * or by an instance of a service, at the timelines.
   */
  | {
      readonly kind: "flood";
      readonly from: "one address" | "one instance";
      readonly atSecond: number;
      readonly seconds: number;
      readonly perSecond: number;
    }
  /** New connections, each asking for one page. */
  | {
      readonly kind: "connections";
      readonly atSecond: number;
      readonly connections: number;
      readonly overSeconds: number;
    };

/** What happens to the target. `label` as "timeline" or "fanout"; seconds of the measured part. */
export type FaultSpec =
  | {
      readonly kind: "kill";
      readonly atSecond: number;
      readonly label: string;
      readonly backAfterSeconds: number;
    }
  | { readonly kind: "restart"; readonly atSecond: number; readonly label: string }
  | {
      readonly kind: "pause";
      readonly atSecond: number;
      readonly label: string;
      readonly seconds: number;
    }
  /** It gets one in so many parts of the time: its calls take so many times as long, and it can do so much less. */
  | {
      readonly kind: "slow";
      readonly atSecond: number;
      readonly label: string;
      readonly seconds: number;
      readonly times: number;
    }
  | {
      readonly kind: "slow disk";
      readonly atSecond: number;
      readonly label: string;
      readonly seconds: number;
      readonly extraMs: number;
    };
