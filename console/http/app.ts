import { fastify, LogController } from "fastify";
import type { Clock } from "../../services/platform/clock/clock.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import { isToken } from "../access/admin-token.ts";
import { Sessions } from "../access/sessions.ts";
import { readAssets } from "../page/assets.ts";
import type { Action, View } from "../views/view.ts";
import { answerErrors } from "./errors.ts";
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

/** The HTTP side of the console, not listening yet. Everything but the login needs the token. */
export function createConsoleApp(options: ConsoleAppOptions): App {
  const { token, views, actions, clock, log } = options;
  const app: App = fastify({
    loggerInstance: log.child({}, { level: "warn" }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_FORM_BYTES,
    requestTimeout: ARRIVAL_MS,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const assets = readAssets();
  const isAdmin = (given: string) => isToken(given, token);
  const deps: RouteDeps = { assets, sessions: new Sessions(clock), clock, isAdmin };
  const form = { parseAs: "string" } as const;
  app.addContentTypeParser("application/x-www-form-urlencoded", form, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers({
      "content-security-policy": assets.policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
    });
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
