import type { FastifyRequest } from "fastify";
import { loginForm, plainPage } from "../page/layout.ts";
import { requireOwnOrigin } from "./guard.ts";
import type { App, RouteDeps } from "./types.ts";

const TITLE = "Tidings console";

/** The page that takes the token, and what it leads to. */
export function loginRoutes(app: App, { assets, sessions, isAdmin }: RouteDeps): void {
  app.get<{ Querystring: { next?: string } }>("/console/login", (request, reply) => {
    const page = plainPage(assets, TITLE, loginForm(ownPath(request.query.next)));
    return reply.type("text/html; charset=utf-8").send(page);
  });
  app.post("/console/login", (request, reply) => {
    requireOwnOrigin(request);
    const form = formOf(request);
    const next = ownPath(form.get("next"));
    if (isAdmin((form.get("token") ?? "").trim(), request.ip)) {
      return reply.header("set-cookie", sessions.open()).redirect(next, 303);
    }
    const page = plainPage(assets, TITLE, loginForm(next, "That is not the admin token."));
    return reply.code(401).type("text/html; charset=utf-8").send(page);
  });
  app.post("/console/logout", (request, reply) => {
    requireOwnOrigin(request);
    return reply
      .header("set-cookie", sessions.close(request.headers.cookie))
      .redirect("/console/login", 303);
  });
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

/** Nobody is led out of the console by a link that somebody else made. */
function ownPath(next: string | null | undefined): string {
  return next && /^\/console([/?]|$)/.test(next) ? next : "/console";
}
