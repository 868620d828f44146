import { invalidArgument } from "../../services/platform/grpc/errors/errors.ts";
import { idIn } from "../views/ids.ts";
import type { App } from "./types.ts";

const WHATS: ReadonlySet<string> = new Set(["post", "person"]);

/** Where the search leads: every thing has one address. */
export function findRoute(app: App): void {
  app.get<{ Querystring: { what?: string; id?: string } }>("/console/find", (request, reply) => {
    const { what = "", id } = request.query;
    if (!WHATS.has(what)) throw invalidArgument("what", `is "${what}"`, "one of post, person");
    return reply.redirect(`/console/${what}/${idIn(id?.trim(), "id")}`);
  });
}
