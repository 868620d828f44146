import { type TObject, Type } from "@sinclair/typebox";
import type { FastifyRequest, RouteOptions } from "fastify";
import {
  knownPriority,
  PRIORITIES,
  PRIORITY_KEY,
  type Priority,
} from "../../platform/admission/priority.ts";
import { requestPriority } from "../domain/request-priority.ts";
import { oneOf } from "../schemas/ids.ts";
import type { App } from "./types.ts";

const SAID = Type.Optional(
  oneOf(
    PRIORITIES,
    "How much it matters that this is answered now, where that is less than usual: as of what is fetched ahead, or in " +
      "the background. Under more than can be done, what matters least is refused first. More than usual is not taken.",
  ),
);

/** Every route takes the header, checks it and documents it. Before they are added. */
export function takePriorities(app: App): void {
  app.addHook("onRoute", (route: RouteOptions) => {
    const { headers } = (route.schema ?? {}) as { readonly headers?: TObject };
    const all = Type.Object({ ...headers?.properties, [PRIORITY_KEY]: SAID });
    route.schema = { ...route.schema, headers: all };
  });
}

/** Also of a request that is not checked yet: what is no priority changes nothing until it is refused. */
export function priorityOfRequest({
  routeOptions,
  query,
  headers,
}: Pick<FastifyRequest, "routeOptions" | "query" | "headers">): Priority {
  return requestPriority(routeOptions.url, query, knownPriority(headers[PRIORITY_KEY]));
}
