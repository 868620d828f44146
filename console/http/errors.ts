import type { FastifyReply, FastifyRequest } from "fastify";
import { ERROR_TABLE } from "../../services/platform/grpc/errors/error-table.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import type { Assets } from "../page/assets.ts";
import { html } from "../page/html.ts";
import { plainPage } from "../page/layout.ts";
import { wantsHtml } from "./guard.ts";
import type { App } from "./types.ts";

/** What went wrong, as a page or as JSON. Operators are told all of it. */
export function answerErrors(app: App, assets: Assets, log: Logger): void {
  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    problem: string,
  ) => {
    reply.code(status);
    if (!wantsHtml(request)) return reply.send({ error: problem });
    const body = html`<p>${problem}</p><p><a href="/console">The map</a></p>`;
    return reply.type("text/html; charset=utf-8").send(plainPage(assets, `${status}`, body));
  };
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status =
      error instanceof DomainError ? ERROR_TABLE[error.code].http : (error.statusCode ?? 500);
    if (status >= 500) log.warn({ err: error, url: request.url }, "a page could not be shown");
    return answer(request, reply, status, error.message);
  });
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, 404, `there is nothing at ${request.url}`),
  );
}
