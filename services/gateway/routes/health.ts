import { Type } from "@sinclair/typebox";
import type { App } from "../http/types.ts";

const schema = {
  operationId: "health",
  summary: "Is this process up?",
  description:
    "It says nothing about the services behind: some of the API works without each of them.",
  tags: ["operation"],
  security: [],
  response: { 200: Type.Object({ status: Type.Literal("ok") }, { description: "It is up." }) },
};

export function health(app: App): void {
  app.get("/healthz", { schema }, async () => ({ status: "ok" as const }));
}
