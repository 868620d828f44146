import { fastify, LogController } from "fastify";
import type { Clock } from "../../services/platform/clock/clock.ts";
import { shareConnections } from "../../services/platform/lifecycle/share-connections.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import { adminCheck } from "../access/admin-check.ts";
import { Sessions } from "../access/sessions.ts";
import { type Assets, readAssets } from "../page/assets.ts";
import type { Action, View } from "../views/view.ts";
import { answerErrors, answerProblem } from "./errors.ts";
import { findRoute } from "./find.ts";
import { guard } from "./guard.ts";
import { loginRoutes } from "./login.ts";
import type { App, RouteDeps } from "./types.ts";
import { viewRoute } from "./view-route.ts";

export interface ConsoleAppOptions {
  readonly token: string;
  readonly views: readonly View[];
  readonly actions: readonly Action[];
  readonly clock: Clock;
  readonly log: Logger;
}

const MAX_FORM_BYTES = 16_384;
const ARRIVAL_MS = 10_000;
const ARRIVAL_CHECK_MS = 1_000;
/** Operators are few, and have a few each. */
const MAX_CONNECTIONS = 256;

/** The HTTP side of the console, not listening yet. Everything but the login needs the token. */
export function createConsoleApp(options: ConsoleAppOptions): App {
  const { token, views, actions, clock, log } = options;
  const assets = readAssets();
  const app: App = fastify({
    loggerInstance: log.child({}, { level: "warn" }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_FORM_BYTES,
    requestTimeout: ARRIVAL_MS,
    http: {
      headersTimeout: ARRIVAL_MS,
      requestTimeout: ARRIVAL_MS,
      connectionsCheckingInterval: ARRIVAL_CHECK_MS,
    },
    routerOptions: { ignoreTrailingSlash: true },
    // An address that can't be read has no route, and no hook runs for it.
    frameworkErrors: (error, request, reply) => {
      reply.headers(headersOf(assets));
      const { statusCode: status = 400, message: problem } = error;
      return answerProblem(assets, request, reply, { status, problem });
    },
  });
  shareConnections(app.server, MAX_CONNECTIONS, log);
  const isAdmin = adminCheck({ token, clock, log });
  const deps: RouteDeps = { assets, sessions: new Sessions(clock), clock, isAdmin };
  const form = { parseAs: "string" } as const;
  app.addContentTypeParser("application/x-www-form-urlencoded", form, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(headersOf(assets));
  });
  answerErrors(app, assets, log);
  loginRoutes(app, deps);
  app.get("/console/live.js", (_request, reply) => {
    reply.type("text/javascript; charset=utf-8").send(assets.script);
  });
  app.register(async (scope: App) => {
    guard(scope, deps);
    const navigation = views.flatMap(({ path, name }) =>
      name === undefined ? [] : [[`/console${path}`, name] as const],
    );
    for (const view of views) viewRoute(scope, view, { ...deps, navigation });
    for (const { path, act } of actions) {
      scope.post<{ Params: Record<string, string> }>(`/console${path}`, async (request, reply) =>
        reply.redirect(await act(request.params), 303),
      );
    }
    findRoute(scope);
  });
  app.get("/", (_request, reply) => reply.redirect("/console"));
  return app;
}

function headersOf({ policy }: Assets) {
  return {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  };
}
