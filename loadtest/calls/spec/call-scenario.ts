import type { PaceSpec } from "../../scenarios/scenario.ts";

/** A value that JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * What is loaded of any gRPC or HTTP target, how much, for how long, and what must hold. Texts in it may
 * hold functions in double braces, as "{{random 1 100}}": see data/functions.ts. Files that a scenario file
 * names are found from where it lies itself.
 */
export interface CallScenario {
  readonly kind: "calls";
  readonly name: string;
  /** One sentence: what it shows. */
  readonly about: string;
  readonly target: TargetSpec;
  /** What is done, in proportions of their weights. */
  readonly flows: readonly FlowSpec[];
  /** Flows begun a second at pace 1. */
  readonly perSecond: number;
  /** Factor on it through the run. */
  readonly pace: PaceSpec;
  /** `poisson`: as independent people come. `even`: equally far apart, as most load tools send. */
  readonly arrivals: "poisson" | "even";
  /** The same seed gives the same times and the same data. */
  readonly seed: number;
  /** A file of rows (.csv, .ndjson, .jsonl, .json) that {{row.NAME}} and {{column NAME}} take from. */
  readonly rows?: RowsSpec;
  /** A recorded trace that says what is done and when, in place of `perSecond`: see `load replay`. */
  readonly trace?: TraceSpec;
  /** Load before `seconds`, sent and not measured. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** As "p99(greeter.SayHello) < 50ms". */
  readonly thresholds: readonly string[];
}

export interface TargetSpec {
  /** host:port of one or more servers, which take turns. */
  readonly addresses: readonly string[];
  readonly protocol: "grpc" | "http/1.1" | "http/2";
  readonly tls?: TlsSpec;
  /** Where gRPC methods are found; by the server's reflection when neither is given. */
  readonly protos?: { readonly files: readonly string[]; readonly importPaths?: readonly string[] };
  readonly descriptorSet?: string;
  /** Metadata or headers of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: TokenSpec;
}

export interface TlsSpec {
  /** PEM files: who may sign the server's certificate (the system's by default), and our own. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** What the server's certificate is for; the address by default. */
  readonly serverName?: string;
  /** Whoever answers is believed. */
  readonly insecure?: boolean;
}

/** A token that a command prints; it goes with every call. */
export interface TokenSpec {
  /** Run by the shell. */
  readonly command: string;
  /** Run again so often. */
  readonly everySeconds?: number;
  /** As "authorization", the default. */
  readonly header?: string;
  /** Before the token; "Bearer " by default. */
  readonly prefix?: string;
}

export interface RowsSpec {
  readonly file: string;
  /** One after the other, from the first again after the last; or any. */
  readonly order?: "in order" | "random";
}

export interface TraceSpec {
  /** NDJSON, or a web server's access log: see data/trace/trace.ts. */
  readonly file: string;
  /** How many times as fast as it was recorded; 1 by default. */
  readonly speed?: number;
  /** Calls of one second at once when its times are whole seconds; else they are spread over it. */
  readonly asRecorded?: boolean;
}

/** Steps one after the other, as one caller makes them: a later step may use what an earlier one saved. */
export interface FlowSpec {
  /** Before the names of its steps, as "checkout" in "checkout.pay". */
  readonly group?: string;
  /** Relative frequency; 1 by default. */
  readonly weight?: number;
  readonly steps: readonly CallSpec[];
}

export interface CallSpec {
  /** As thresholds call it; by default by its method or path. */
  readonly name?: string;
  /** Of gRPC: "package.Service/Method". */
  readonly method?: string;
  /** Of HTTP: "GET /v1/items?limit={{random 1 20}}". */
  readonly request?: string;
  /** The message, or the JSON body; of a client's stream a list of messages. */
  readonly data?: Json;
  /** A body that is no JSON. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Kept with its figures, as { "team": "search" }. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Of a server's stream that would go on: it ends well after so many messages, or so long. */
  readonly stopAfter?: { readonly messages?: number; readonly ms?: number };
  /** As "status == 200", "$.items[0].id == 5", "count($.items[*]) > 0", "body matches /ok/". */
  readonly checks?: readonly string[];
  /** Names for {{saved NAME}}, each of the first value at a JSONPath of the answer. */
  readonly save?: Readonly<Record<string, string>>;
  /** Between the step before and this one; a list: from its first to its second, at random. */
  readonly thinkMs?: number | readonly [least: number, most: number];
}
