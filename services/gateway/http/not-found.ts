import { protocolProblem, sendProblem } from "./problems.ts";
import type { App } from "./types.ts";

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** 404 for unknown paths; 405 with Allow for a known path and another method. Before any route. */
export function answerUnknownRoutes(app: App): void {
  const paths = new Map<string, KnownPath>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url === "*") return; // where CORS answers its preflights
    const path = paths.getOrInsertComputed(url, patternOf);
    for (const one of [method].flat()) path.methods.add(one);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ""] = request.url.split("?");
    const methods = methodsOf(paths.values(), path);
    if (methods.length === 0) {
      const detail = `there is nothing at ${path}; /docs shows what there is`;
      return sendProblem(reply, protocolProblem(404, detail, request));
    }
    const allowed = methods.join(", ");
    reply.header("allow", allowed);
    const detail = `${request.method} is not served at ${path}; use ${allowed}`;
    return sendProblem(reply, protocolProblem(405, detail, request));
  });
}

function methodsOf(paths: Iterable<KnownPath>, path: string): string[] {
  const known = [...paths].filter(({ pattern }) => pattern.test(path));
  return [...new Set(known.flatMap(({ methods }) => [...methods]))].sort();
}

/** Fastify's pattern as a regular expression: "::" is a colon, ":name" one segment, "*" the rest. */
function patternOf(url: string): KnownPath {
  const source = url
    .replaceAll("::", "\0")
    .replaceAll(/:\w+/g, "[^/]+")
    .replaceAll("*", ".*")
    .replaceAll("\0", ":");
  return { pattern: new RegExp(`^${source}$`), methods: new Set() };
}
