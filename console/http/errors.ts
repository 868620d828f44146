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
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const isDomains = error instanceof DomainError;
    const status = isDomains ? ERROR_TABLE[error.code].http : (error.statusCode ?? 500);
    if (status >= 500) log.warn({ err: error, url: request.url }, "a page could not be shown");
    if (isDomains && error.retryAfterMs !== undefined) {
      reply.header("retry-after", Math.ceil(error.retryAfterMs / 1_000));
    }
    return answerProblem(assets, request, reply, { status, problem: error.message });
  });
  app.setNotFoundHandler((request, reply) =>
    answerProblem(assets, request, reply, {
      status: 404,
      problem: `there is nothing at ${request.url}`,
    }),
  );
}

/** Also what no route was found for, because the address can't be read. */
export function answerProblem(
  assets: Assets,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, problem }: { readonly status: number; readonly problem: string },
): FastifyReply {
  reply.code(status);
  if (!wantsHtml(request)) return reply.send({ error: problem });
  const body = html`<p>${problem}</p><p><a href="/console">The map</a></p>`;
  return reply.type("text/html; charset=utf-8").send(plainPage(assets, `${status}`, body));
}
