import type { FastifyRequest } from "fastify";
import { Admission } from "../../../platform/admission/admission.ts";
import { countAdmission } from "../../../platform/admission/admission-metrics.ts";
import { Holders } from "../../../platform/admission/holders.ts";
import { overloaded } from "../../../platform/admission/overloaded.ts";
import type { MethodTimes } from "../../../platform/admission/service-times.ts";
import { networkOf } from "../../../platform/lifecycle/network-of.ts";
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
}

/**
 * Takes as many requests at a time as there can be answered in good time, by priority and in fair shares. After
 * a request has arrived whole and its caller is known: whoever sends slowly holds no place meanwhile.
 */
export function admitRequests(app: App, { metrics, streams, random }: AdmitRequestsDeps): void {
  app.decorateRequest("held");
  const admission = new Admission();
  const places = new HeldPlaces(admission);
  const countRefused = countAdmission(metrics, admission);
  const users = new Holders(USER_SHARE);
  const addresses = new Holders(ADDRESS_SHARE);
  const routes = new Map<string, MethodTimes>();
  const timesOf = ({ method, routeOptions }: FastifyRequest) =>
    routes.getOrInsertComputed(`${method} ${routeOptions.url}`, () => admission.limit.method());
  app.addHook("preValidation", (request, reply, done) => {
    const startedMs = performance.now();
    if (admission.look(startedMs)) {
      places.look(startedMs);
      users.forgetIdle();
      addresses.forgetIdle();
    }
    const route = request.routeOptions.url;
    const priority = priorityOfRequest(request);
    const holders = [users.of(String(request.caller.userId)), addresses.of(networkOf(request.ip))];
    const isHeld = route !== undefined && !streams.has(route);
    const times = isHeld ? timesOf(request) : undefined;
    const why = admission.refusal(priority, holders, times);
    if (why) {
      countRefused(priority, why);
      done(overloaded({ by: "gateway", why, priority, admission, random: random() }));
      return;
    }
    if (!times) return done();
    const held = places.take({ holders, times, startedMs });
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
