import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { Admission } from "../../../admission/admission.ts";
import { countAdmission } from "../../../admission/admission-metrics.ts";
import { Holders } from "../../../admission/holders.ts";
import { PRIORITY_KEY, type Priority, priorityOf } from "../../../admission/priority.ts";
import type { MethodTimes } from "../../../admission/service-times.ts";
import type { Clock } from "../../../clock/clock.ts";
import type { Readings } from "../../../lifecycle/readings.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import type { Peers } from "../../credentials/peers/peers.ts";
import { answerEarly } from "../early-answer.ts";
import { http2ServersOf } from "../sessions/http2-server.ts";
import { HeldCalls } from "./held-call.ts";
import { refuseLargeMetadata } from "./metadata-limit.ts";
import { Openings } from "./openings.ts";
import { RefusalAnswers } from "./refusal-answers.ts";

export interface GuardOptions {
  readonly metrics: Metrics;
  /** Paths of unary methods: their calls are held while they last. Of streams the opening alone is asked for. */
  readonly unaryPaths: readonly string[];
  /** Paths that are always answered: a busy server that does not say it is well would be taken for ill. */
  readonly exemptPaths: ReadonlySet<string>;
  readonly peers: Peers | undefined;
  readonly pressure?: (() => number) | undefined;
  readonly busyMs?: (() => number) | undefined;
  readonly readings: Readings;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** One instance may hold four times what is free: alone 80% of all, one of four a bit less than a quarter. */
const INSTANCE_SHARE = 4;

type Listener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: string[],
) => void;

/**
 * Stands before grpc-js, and lets calls in or not when their head has come. Here all calls of one reading are
 * seen before the first of them is served, so those that wait for the event loop count as well; and one that
 * is refused costs little more than its head.
 */
export function guardStreams(server: Server, options: GuardOptions): void {
  const guard = new StreamGuard(options);
  for (const http2Server of http2ServersOf(server)) {
    const listeners = http2Server.listeners("stream") as Listener[];
    http2Server.removeAllListeners("stream");
    const guarded: Listener = (stream, headers, flags, rawHeaders) => {
      if (refuseLargeMetadata(stream, rawHeaders)) return;
      guard.open(stream, headers, () => {
        for (const listener of listeners) {
          listener.call(http2Server, stream, headers, flags, rawHeaders);
        }
      });
    };
    http2Server.on("stream", guarded);
  }
}

class StreamGuard {
  readonly #admission: Admission;
  readonly #count: ReturnType<typeof countAdmission>;
  readonly #answers: RefusalAnswers;
  readonly #calls: HeldCalls;
  readonly #methods: ReadonlyMap<string, MethodTimes>;
  readonly #exemptPaths: ReadonlySet<string>;
  readonly #peers: Peers | undefined;
  readonly #readings: Readings;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #openings = new Openings();
  readonly #instances = new Holders(INSTANCE_SHARE);
  readonly #keys = new WeakMap<Http2Session, string>();

  constructor(options: GuardOptions) {
    const { metrics, unaryPaths, exemptPaths, peers, readings, clock } = options;
    const admission = new Admission(options);
    this.#admission = admission;
    this.#count = countAdmission(metrics, admission);
    this.#answers = new RefusalAnswers(metrics.service, admission);
    this.#calls = new HeldCalls(admission);
    this.#methods = new Map(unaryPaths.map((path) => [path, admission.limit.method()]));
    this.#exemptPaths = exemptPaths;
    this.#peers = peers;
    this.#readings = readings;
    this.#clock = clock;
  }

  /** Begins the call if it is let in: now, or where it is a stream in its turn. */
  open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, begin: () => void): void {
    const path = headers[":path"] ?? "";
    const { session } = stream;
    const times = this.#methods.get(path);
    if (!session || this.#exemptPaths.has(path)) begin();
    else if (!this.#letsIn(stream, session, priorityOf(headers[PRIORITY_KEY]), times)) return;
    else if (times) begin();
    else {
      // Its request waits, too. grpc-js pauses a stream itself until it reads it.
      stream.pause();
      this.#openings.begin(this.#keyOf(session), () => {
        if (!stream.destroyed) begin();
      });
    }
  }

  #letsIn(
    stream: ServerHttp2Stream,
    session: Http2Session,
    priority: Priority,
    times: MethodTimes | undefined,
  ): boolean {
    const startedMs = performance.now();
    if (this.#admission.look(startedMs)) this.#look(startedMs);
    const instance = this.#instances.of(this.#keyOf(session));
    const holders = [instance];
    const why = this.#admission.refusal(priority, holders, times);
    if (why) {
      this.#count.refused(priority, why);
      answerEarly(stream, this.#answers.of(priority, why));
      const heldUpMs = this.#admission.heldUpMs(instance, this.#clock.monotonicMs());
      if (this.#readings.of(session).stopFor(heldUpMs)) this.#count.heldUp();
      return false;
    }
    if (times) this.#calls.add(stream, { holders, times, startedMs });
    return true;
  }

  #look(nowMs: number): void {
    this.#calls.look(nowMs);
    this.#answers.look();
    this.#instances.forgetIdle(this.#clock.monotonicMs());
  }

  /** Which instance calls: with TLS the service at its address, whose connections count together; else one each. */
  #keyOf(session: Http2Session): string {
    return this.#keys.getOrInsertComputed(session, () => {
      const { remoteAddress, remotePort } = session.socket;
      const connection = `${remoteAddress}:${remotePort}`;
      const caller = this.#peers?.at(connection);
      return caller && "value" in caller ? `${caller.value.service}@${remoteAddress}` : connection;
    });
  }
}
