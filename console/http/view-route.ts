import { invalidArgument } from "../../services/platform/grpc/errors/errors.ts";
import { fileOf, type PageParts, pageOf } from "../page/layout.ts";
import type { View } from "../views/view.ts";
import type { App, RouteDeps } from "./types.ts";

interface ViewRouteDeps extends RouteDeps {
  readonly navigation: PageParts["navigation"];
}

const FORMS = ["html", "json", "file"] as const;
type Form = (typeof FORMS)[number];

/** A view at its address: as a page, as JSON (?as=json), and as a page in a file (?as=file). */
export function viewRoute(app: App, view: View, deps: ViewRouteDeps): void {
  app.get<{ Params: Record<string, string> }>(`/console${view.path}`, async (request, reply) => {
    const [path = "", search = ""] = request.url.split("?");
    const query = new URLSearchParams(search);
    const form = formIn(query.get("as"), request.headers.accept);
    query.delete("as");
    const shown = await view.open({ params: request.params, query });
    const { title, data, body, page, status = 200 } = shown;
    reply.code(status);
    if (form === "json") return reply.type("application/json").send(JSON.stringify(data, null, 2));
    if (page) {
      reply.header("content-security-policy", page.policy).type("text/html; charset=utf-8");
      return reply.send(page.text);
    }
    const { assets, navigation, clock } = deps;
    const address = query.size === 0 ? path : `${path}?${query}`;
    const readAt = new Date(clock.nowMs()).toISOString();
    const parts = { title, body, navigation, address, readAt };
    reply.type("text/html; charset=utf-8");
    if (form === "html") {
      return reply.send(pageOf(assets, { ...parts, refreshSeconds: view.refreshSeconds }));
    }
    const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    return reply
      .header("content-disposition", `attachment; filename="tidings-${name}.html"`)
      .send(fileOf(assets, parts, data));
  });
}

function formIn(as: string | null, accept = ""): Form {
  if (as === null) return accept.includes("application/json") ? "json" : "html";
  const form = FORMS.find((one) => one === as);
  if (form) return form;
  throw invalidArgument("as", `is "${as}"`, `one of ${FORMS.join(", ")}`);
}
