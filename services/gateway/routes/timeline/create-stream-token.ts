import { type Static, Type } from "@sinclair/typebox";
import type { App } from "../../http/types.ts";
import type { StreamTokens } from "../../identity/stream-tokens.ts";
import { answers } from "../../schemas/answers.ts";
import { time } from "../../schemas/ids.ts";

const StreamToken = Type.Object({
  stream_token: Type.String({ description: "For the query of GET /v1/timeline/stream." }),
  expire_time: time("Until when a stream can be opened with it"),
});
type StreamToken = Static<typeof StreamToken>;

const schema = {
  operationId: "createStreamToken",
  summary: "Get a token to open a live stream with",
  description:
    "A browser's EventSource sends no headers. This token opens streams of the caller for a minute, and " +
    "nothing else, so that it may stand in a URL; the gateway logs no queries.",
  tags: ["timeline"],
  response: answers(StreamToken, "A token."),
};

export function createStreamToken(app: App, deps: { readonly streamTokens: StreamTokens }): void {
  app.post("/v1/stream-tokens", { schema }, async (request): Promise<StreamToken> => {
    const { token, expiresMs } = await deps.streamTokens.issue(request.caller);
    return { stream_token: token, expire_time: new Date(expiresMs).toISOString() };
  });
}
