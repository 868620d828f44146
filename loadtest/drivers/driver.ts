export type Headers = Readonly<Record<string, string>>;

/** What a call sends besides its message. */
export interface CallParts {
  /** Metadata of a gRPC call, headers of a request: beside those of its operation. */
  readonly headers?: Headers | undefined;
  /** Of an HTTP request, as "GET" and "/v1/timeline?limit=20". */
  readonly method?: string;
  readonly path?: string;
}

/** What an HTTP answer says besides its body. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One request on its way. The driver fills in when it left and what it waited for. */
export interface Call {
  /** Index into the operations that the driver was made with. */
  readonly operation: number;
  /** Index into the operation's addresses; any of them when undefined. */
  readonly address?: number | undefined;
  /** An encoded protobuf; for REST see rest/request.ts; of a framed operation with gRPC's prefixes. */
  readonly message: Uint8Array;
  readonly parts?: CallParts | undefined;
  /** When its first frame was written, us on the driver's clock; -1 until then. */
  writtenMicros: number;
  /** How long it waited for one of the target's stream slots or for a connection, us. */
  slotWaitMicros: number;
  /** How long it waited for flow control: the target's window or a full socket, us. */
  flowWaitMicros: number;
}

/**
 * The answer: a gRPC status, and the encoded message when the status is OK (0). Of HTTP targets that are no
 * gRPC's: OK for 2xx and 3xx, else the HTTP status, with the body and its head either way; without an answer
 * one of measure/outcome/lost.ts.
 */
export type Done = (status: number, message: Uint8Array | undefined, head?: AnswerHead) => void;

/**
 * What the engine sends by. No driver retries: a call is sent once, but for one that the server refused unseen (see
 * sent-again.ts).
 */
export interface Driver {
  readonly name: string;
  /** Calls that may be in flight at the target at once; more wait their turn, in order. */
  readonly capacity: number;
  /** `done` is called once, also when the target is gone (UNAVAILABLE), unless the call is cancelled. */
  send(call: Call, done: Done): void;
  /** Gives a call up, waiting or in flight; its `done` is not called. */
  cancel(call: Call): void;
  /** Addresses to which no connection is open now: calls that name none go to the others. */
  away?(): readonly string[];
  /** How many calls were refused unseen, and sent once more. */
  sentAgain?(): number;
  close(): void;
}

/** What a driver must know of an operation to send it. */
export interface Target {
  /** As "/tidings.post.v1.PostService/CreatePost". */
  readonly path: string;
  /** host:port of one or more servers; connections go round them. */
  readonly addresses: readonly string[];
  /** Told to the server as its deadline. */
  readonly timeoutMs: number;
  readonly headers?: Headers;
  /** Its messages, however many, come with gRPC's prefixes, and so do its answers: of streams. */
  readonly framed?: boolean;
  /** Its stream is ended, and good, after so many messages or so long. */
  readonly stopAfter?: { readonly messages?: number; readonly ms?: number } | undefined;
}

/** By operation; undefined where another driver of the run sends it (see composeDrivers). */
export type Targets<T = Target> = readonly (T | undefined)[];

/** Microseconds on a monotonic clock, from any start. */
export interface MicroClock {
  nowMicros(): number;
}

export const monotonicClock: MicroClock = { nowMicros: () => performance.now() * 1000 };
