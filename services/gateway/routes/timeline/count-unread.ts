import { type Static, Type } from "@sinclair/typebox";
import { MAX_UNREAD } from "../../../model/limits.ts";
import type { App, StartCall } from "../../http/types.ts";
import { degradedWords } from "../../json/words.ts";
import type { Timelines } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { Degraded } from "../../schemas/degraded.ts";
import { cursorText } from "../../schemas/timeline.ts";

const Query = Type.Object(
  {
    since_cursor: Type.Optional(
      cursorText("The cursor of the newest entry seen; without it all that is there counts."),
    ),
  },
  { additionalProperties: false },
);

const Unread = Type.Object({
  count: Type.Integer({ description: `Entries newer than that, at most ${MAX_UNREAD}.` }),
  has_more: Type.Boolean({ description: "There are more than were counted." }),
  degraded: Type.Optional(Degraded),
});
type Unread = Static<typeof Unread>;

const schema = {
  operationId: "countUnread",
  summary: "Count what is new on one's timeline",
  description: "For a badge: cheap enough to be asked often, and no page is read by it.",
  tags: ["timeline"],
  querystring: Query,
  response: answers(Unread, "How many entries are newer."),
};

export function countUnread(
  app: App,
  deps: { readonly timelines: Timelines; readonly startCall: StartCall },
): void {
  app.get("/v1/timeline/unread", { schema }, async (request): Promise<Unread> => {
    const { count, hasMore, degraded } = await deps.timelines.countUnread(
      { viewerId: request.caller.userId, sinceCursor: request.query.since_cursor ?? "" },
      deps.startCall(request),
    );
    const words = degradedWords(degraded);
    return { count, has_more: hasMore, ...(words && { degraded: words }) };
  });
}
