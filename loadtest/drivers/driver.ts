/** One request on its way. The driver fills in when it left and what it waited for. */
export interface Call {
  /** Index into the operations that the driver was made with. */
  readonly operation: number;
  /** Index into the operation's addresses; any of them when undefined. */
  readonly address?: number | undefined;
  /** An encoded protobuf; for REST see rest/request.ts. */
  readonly message: Uint8Array;
  /** When its first frame was written, us on the driver's clock; -1 until then. */
  writtenMicros: number;
  /** How long it waited for one of the target's stream slots or for a connection, us. */
  slotWaitMicros: number;
  /** How long it waited for flow control: the target's window or a full socket, us. */
  flowWaitMicros: number;
}

/** The answer: a gRPC status, and the encoded message when the status is OK (0). */
export type Done = (status: number, message: Uint8Array | undefined) => void;

/** What the engine sends by. A call is sent once: no driver retries. */
export interface Driver {
  readonly name: string;
  /** Calls that may be in flight at the target at once; more wait their turn, in order. */
  readonly capacity: number;
  /** `done` is called once, also when the target is gone (UNAVAILABLE), unless the call is cancelled. */
  send(call: Call, done: Done): void;
  /** Gives a call up, waiting or in flight; its `done` is not called. */
  cancel(call: Call): void;
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
  readonly headers?: Readonly<Record<string, string>>;
}

/** By operation; undefined where another driver of the run sends it (see composeDrivers). */
export type Targets<T = Target> = readonly (T | undefined)[];

/** Microseconds on a monotonic clock, from any start. */
export interface MicroClock {
  nowMicros(): number;
}

export const monotonicClock: MicroClock = { nowMicros: () => performance.now() * 1000 };
