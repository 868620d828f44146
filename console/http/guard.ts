import type { FastifyRequest } from "fastify";
import { permissionDenied } from "../../services/platform/grpc/errors/errors.ts";
import type { App, RouteDeps } from "./types.ts";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Lets in who shows the token (programs), or a session that was opened with it (browsers). */
export function guard(app: App, { isAdmin, sessions }: RouteDeps): void {
  app.addHook("onRequest", async (request, reply) => {
    const { authorization, cookie } = request.headers;
    const [, bearer] = /^Bearer (\S+)$/i.exec(authorization ?? "") ?? [];
    const isKnown = bearer === undefined ? sessions.isOpen(cookie) : isAdmin(bearer, request.ip);
    if (!isKnown) {
      if (!wantsHtml(request) || bearer !== undefined) {
        return reply
          .code(401)
          .header("www-authenticate", "Bearer")
          .send({ error: "the admin token is needed: authorization: Bearer TOKEN" });
      }
      return reply.redirect(`/console/login?next=${encodeURIComponent(request.url)}`);
    }
    if (!READING.has(request.method)) requireOwnOrigin(request);
  });
}

/** A page of another site may send forms, and a browser may add cookies: such an act is not the operator's. */
export function requireOwnOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return;
  throw permissionDenied(`the form comes from ${origin}, not from this console`);
}

export function wantsHtml({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? "").includes("text/html");
}
