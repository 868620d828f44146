import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { MAX_BODY_BYTES, MAX_TEXT_BYTES } from "../../model/limits.ts";
import { DomainError, isOverloaded, statusOf } from "../../platform/grpc/errors/errors.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Problem } from "../schemas/problem.ts";
import type { App } from "./types.ts";

const TYPE_PREFIX = "urn:problem-type:tidings:";
/** When a service is away and does not say for how long. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** What is told of faults on our side: the text of such errors names machines, and is for the log. */
const SERVER_FAULTS: Readonly<Record<number, string>> = {
  500: "something went wrong on our side; the request id finds it in the logs",
  501: "not implemented by the service behind this gateway",
  503: "a service behind this gateway cannot answer now; try again soon",
  504: "the answer did not come in time; try again",
};

/** What Fastify itself finds wrong with a request, by status. */
const PROTOCOL_FAULTS: Readonly<Record<number, string>> = {
  414: "a part of the path is too long",
  415: "the body must be JSON: send it with content-type: application/json",
};

/** How large it is, only who says so beforehand has told. */
function tooLarge({ headers }: FastifyRequest): string {
  const bytes = Number(headers["content-length"]);
  const most = MAX_BODY_BYTES.toLocaleString("en");
  const size =
    bytes > MAX_BODY_BYTES
      ? `${bytes.toLocaleString("en")} bytes, at most ${most}`
      : `over ${most} bytes`;
  return `the body is ${size}; a text is at most ${MAX_TEXT_BYTES.toLocaleString("en")}`;
}

/** Answers what is wrong with a URL, before there is a route whose error handler could. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  // No hook runs where there is no route.
  reply.header("x-request-id", request.id);
  sendProblem(reply, problemOf(error, request));
}

/** Answers everything thrown as problem+json (RFC 9457). */
export function answerProblems(app: App, log: Logger): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const problem = problemOf(error, request);
    // Of those there are many at once, and a metric counts them.
    if (problem.status >= 500 && !isOverloaded(error)) {
      const trace_id = request.span?.traceId;
      const { url } = request.routeOptions;
      log.warn({ err: error, requestId: request.id, trace_id, url }, problem.title);
    }
    if (problem.status === 429 || problem.status === 503) {
      reply.header("retry-after", retryAfterSeconds(error));
    }
    return sendProblem(reply, problem);
  });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // As a string: an answer past its schema, whatever the route's own answers look like.
  return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** A problem that has no domain error: unknown routes, bodies that HTTP itself finds wrong. */
export function protocolProblem(status: number, detail: string, request: FastifyRequest): Problem {
  return problemOfStatus(status, detail, request.id);
}

export function problemOfStatus(status: number, detail: string, requestId: string): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  const type = TYPE_PREFIX + title.toLowerCase().replaceAll(" ", "-");
  return { type, title, status, detail, request_id: requestId };
}

function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (!(error instanceof DomainError) && isClientFault(error)) {
    const { statusCode: status } = error;
    const detail = status === 413 ? tooLarge(request) : (PROTOCOL_FAULTS[status] ?? error.message);
    return protocolProblem(error.statusCode, detail, request);
  }
  const { domainCode, httpStatus, message, details } = statusOf(error);
  const words = domainCode.toLowerCase().replaceAll("_", " ");
  const violations = details.violations ?? [];
  return {
    type: TYPE_PREFIX + words.replaceAll(" ", "-"),
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: httpStatus,
    detail: isOverloaded(error) ? message : (SERVER_FAULTS[httpStatus] ?? message),
    request_id: request.id,
    ...(violations.length > 0 && {
      errors: violations.map(({ field, description }) => ({ field, detail: description })),
    }),
  };
}

function isClientFault(error: unknown): error is FastifyError & { statusCode: number } {
  const { statusCode } = error as Partial<FastifyError>;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

function retryAfterSeconds(error: unknown): number {
  const { retryAfterMs = DEFAULT_RETRY_AFTER_MS } = error as Partial<DomainError>;
  return Math.max(1, Math.ceil((retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) / 1_000));
}
