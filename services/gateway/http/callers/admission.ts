import type { FastifyRequest } from "fastify";
import { Admission } from "../../../platform/admission/admission.ts";
import { countAdmission } from "../../../platform/admission/admission-metrics.ts";
import { type Holder, Holders } from "../../../platform/admission/holders.ts";
import { overloaded } from "../../../platform/admission/overloaded.ts";
import type { MethodTimes } from "../../../platform/admission/service-times.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { idleClock } from "../../../platform/clock/system-clock.ts";
import { networkOf } from "../../../platform/lifecycle/network-of.ts";
import { Readings } from "../../../platform/lifecycle/readings.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import { priorityOfRequest } from "../said-priority.ts";
import type { App } from "../types.ts";
import { HeldPlaces } from "./held-place.ts";

/** One user may hold a quarter of what is free, everybody behind one address four times as much as is free. */
const USER_SHARE = 0.25;
const ADDRESS_SHARE = 4;

export interface AdmitRequestsDeps {
  readonly metrics: Metrics;
  /** Routes whose answers stay open: their opening alone is asked for. */
  readonly streams: ReadonlySet<string>;
  readonly random: () => number;
  /** For tests; of how long a connection is not read. */
  readonly clock?: Pick<Clock, "monotonicMs" | "delay">;
  /** For tests: how long the loop has been busy so far, ms. */
  readonly busyMs?: () => number;
}

/**
 * Takes as many requests at a time as there can be answered in good time, by priority and in fair shares. After
 * a request has arrived whole and its caller is known: whoever sends slowly holds no place meanwhile. Whom there is no
 * room for, whoever they are, is refused at the head: it is registered before authentication.
 */
export function admitRequests(app: App, deps: AdmitRequestsDeps): void {
  const { metrics, streams, random, clock = idleClock, busyMs } = deps;
  app.decorateRequest("held");
  const admission = new Admission({ busyMs });
  const readings = new Readings(clock);
  const places = new HeldPlaces(admission);
  const count = countAdmission(metrics, admission);
  const users = new Holders(USER_SHARE);
  const addresses = new Holders(ADDRESS_SHARE);
  const routes = new Map<string, MethodTimes>();
  const timesOf = ({ method, routeOptions: { url } }: FastifyRequest) =>
    url === undefined || streams.has(url)
      ? undefined
      : routes.getOrInsertComputed(`${method} ${url}`, () => admission.limit.method());
  const addressOf = ({ ip }: FastifyRequest) => addresses.of(networkOf(ip));
  /** Before anybody is looked up: who has nothing here is forgotten. */
  const look = () => {
    const nowMs = performance.now();
    if (!admission.look(nowMs)) return;
    places.look(nowMs);
    users.forgetIdle(clock.monotonicMs());
    addresses.forgetIdle(clock.monotonicMs());
  };
  const refusalOf = (request: FastifyRequest, holders: readonly Holder[], caller: Holder) => {
    const priority = priorityOfRequest(request);
    const why = admission.refusal(priority, holders, timesOf(request));
    if (!why) return undefined;
    count.refused(priority, why);
    // What comes through a proxy shares its connections with others.
    const isDirect = request.ip === request.socket.remoteAddress;
    const heldUpMs = isDirect ? admission.heldUpMs(caller, clock.monotonicMs()) : 0;
    if (readings.of(request.socket).stopFor(heldUpMs)) count.heldUp();
    return overloaded({ by: "gateway", why, priority, admission, random: random() });
  };
  // There is no room for whoever they are: that costs no more than a head, and no token is looked at.
  app.addHook("onRequest", (request, _reply, done) => {
    look();
    const address = addressOf(request);
    done(refusalOf(request, [users.stranger(), address], address));
  });
  app.addHook("preValidation", (request, reply, done) => {
    look();
    const user = users.of(String(request.caller.userId));
    const holders = [user, addressOf(request)];
    const refusal = refusalOf(request, holders, user);
    const times = timesOf(request);
    if (refusal || !times) return done(refusal);
    const held = places.take({ holders, times, startedMs: performance.now() });
    request.held = held;
    reply.raw.once("close", () => held.giveUp());
    done();
  });
  // How long a caller takes to read says nothing of this process, and keeps nobody out.
  app.addHook("onSend", ({ held }, _reply, _payload, done) => {
    held?.leave();
    done();
  });
}
